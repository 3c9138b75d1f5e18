package io.tautline.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.util.List;

/**
 * A non-blocking byte channel over one socket, plain or TLS.
 *
 * <p>One thread reads at a time, and one writes; the two may be different. The questions at the end
 * are about TLS, which may have to write in order to read and the other way round.
 */
public interface Wire {
  /** Makes a wire of a connected or connecting socket. */
  @FunctionalInterface
  interface Factory {
    /** Wraps a socket. */
    Wire wrap(Socket socket);
  }

  /** Returns the wire without TLS: the socket itself. */
  static Wire plain(Socket socket) {
    return socket;
  }

  /** Reads what is there: the number of bytes, 0 for nothing yet, -1 for the end. */
  int read(ByteBuffer into) throws IOException;

  /** Takes what fits now and returns how much; what remains is to be given again. */
  int write(ByteBuffer from) throws IOException;

  /** Tells the peer that nothing more follows; reading goes on. */
  void shutdownOutput() throws IOException;

  /** Closes the socket, from any thread; what has not been written is lost. */
  void close();

  /** Returns the socket, to be registered with a loop. */
  Socket socket();

  /** Returns whether bytes that {@link #write} took have not all reached the socket. */
  default boolean pending() {
    return false;
  }

  /** Returns whether writing goes on only after something has been read. */
  default boolean writeAwaitsInput() {
    return false;
  }

  /** Returns whether reading goes on without new input: there is more, or it had to write first. */
  default boolean readAgain() {
    return false;
  }

  /** Returns whether the bytes are encrypted on their way. */
  default boolean secure() {
    return false;
  }

  /** Returns the certificates that the peer showed, its own first; empty if it showed none. */
  default List<Certificate> peerCertificates() {
    return List.of();
  }
}
