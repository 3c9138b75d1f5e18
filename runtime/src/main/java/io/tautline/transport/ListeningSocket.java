package io.tautline.transport;

import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A socket on which connections arrive. */
public interface ListeningSocket extends Pollable {
  /**
   * Returns the next connection, or null if there is none yet; small writes on it are not delayed.
   */
  @Nullable Socket accept() throws IOException;

  /** Returns the address bound, with the port that the system chose. */
  SocketAddress address() throws IOException;

  /** Stops listening; what has not been accepted is reset. */
  void close() throws IOException;
}
