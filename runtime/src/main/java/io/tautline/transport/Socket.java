package io.tautline.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ByteChannel;

/** A non-blocking stream socket; as a {@link Wire}, one without TLS. */
public interface Socket extends Wire, Pollable, ByteChannel {
  /** Returns whether the socket is connected now, or throws why it will not be. */
  boolean finishConnect() throws IOException;

  /** Returns our end, once connected. */
  SocketAddress localAddress() throws IOException;

  /** Returns the peer's end, once connected. */
  SocketAddress remoteAddress() throws IOException;

  @Override
  void close();

  @Override
  default Socket socket() {
    return this;
  }
}
