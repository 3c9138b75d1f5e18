package io.tautline.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A non-blocking byte channel over one socket, plain or TLS; used by one thread at a time. */
public interface Wire {
  /** Reads what is there: the number of bytes, 0 for nothing yet, -1 for the end. */
  int read(ByteBuffer into) throws IOException;

  /** Writes what fits now and returns the number of bytes. */
  int write(ByteBuffer from) throws IOException;

  /** Tells the peer that nothing more follows; reading goes on. */
  void shutdownOutput() throws IOException;

  /** Closes the socket; what has not been written is lost. */
  void close();

  /** Returns the socket, to be registered with a loop. */
  SocketChannel socket();

  /** Returns the peer's address as it was when the wire opened. */
  default SocketAddress remoteAddress() throws IOException {
    return socket().getRemoteAddress();
  }
}
