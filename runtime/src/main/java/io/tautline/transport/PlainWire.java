package io.tautline.transport;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A wire without TLS: the socket itself. */
public final class PlainWire implements Wire {
  private static final System.Logger LOG = System.getLogger("io.tautline.transport");

  private final SocketChannel socket;

  /**
   * @param socket non-blocking
   */
  public PlainWire(SocketChannel socket) {
    this.socket = socket;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return socket.read(into);
  }

  @Override
  public void write(ByteBuffer from) throws IOException {
    socket.write(from);
  }

  @Override
  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing a socket failed", e);
    }
  }

  @Override
  public SocketChannel socket() {
    return socket;
  }
}
