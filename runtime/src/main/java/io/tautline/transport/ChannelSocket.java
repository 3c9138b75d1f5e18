package io.tautline.transport;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;

/** A {@link SocketChannel}. */
public final class ChannelSocket extends Keyed implements Socket {
  private static final System.Logger LOG = System.getLogger("io.tautline.transport");

  /** Most bytes of one write: channels copy memory of the heap, and keep what they copy it to. */
  private static final int MAX_WRITE = 256 * 1024;

  private final SocketChannel channel;

  /**
   * Takes a channel, connected or not; it is non-blocking from now on.
   *
   * @throws IOException if the channel is closed
   */
  public ChannelSocket(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    try {
      if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "setting TCP_NODELAY failed", e);
    }
  }

  @Override
  SelectableChannel channel() {
    return channel;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return channel.read(into);
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int start = from.position();
    int end = from.limit();
    try {
      do {
        from.limit(Math.min(end, from.position() + MAX_WRITE));
        channel.write(from);
      } while (!from.hasRemaining() && from.limit() < end);
    } finally {
      from.limit(end);
    }
    return from.position() - start;
  }

  @Override
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing a socket failed", e);
    }
  }

  @Override
  public boolean finishConnect() throws IOException {
    return channel.finishConnect();
  }

  @Override
  public SocketAddress localAddress() throws IOException {
    return channel.getLocalAddress();
  }

  @Override
  public SocketAddress remoteAddress() throws IOException {
    return channel.getRemoteAddress();
  }
}
