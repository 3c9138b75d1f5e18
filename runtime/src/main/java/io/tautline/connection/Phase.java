package io.tautline.connection;

import io.tautline.transport.Carrier;
import java.nio.channels.SelectionKey;

/** What a connection does with its bytes at one time of its life. Called during turns only. */
interface Phase {
  /** Returns whether bytes can be taken now; if not, the socket is not read from. */
  boolean ready();

  /** Returns whether the socket, ready for {@code ops}, is to be read from. */
  default boolean reads(int ops) {
    return (ops & SelectionKey.OP_READ) != 0;
  }

  /** A turn begins. */
  default void turn() {}

  /**
   * Takes bytes.
   *
   * @return the index of the first byte not taken
   */
  int received(byte[] bytes, int from, int to, Carrier carrier);

  /** The peer sends no more. */
  void ended();

  /** A deadline may have passed: acts if something is really due. */
  void due(long now);

  /** Returns when to look again, in the loop's nanoseconds; from any thread. */
  long deadline(long now);

  /** The socket has been closed: tells whoever must know, once. */
  void gone();
}
