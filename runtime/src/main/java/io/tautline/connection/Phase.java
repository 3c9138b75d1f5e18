package io.tautline.connection;

import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** What a connection does with its bytes at one time of its life. Called during turns only. */
interface Phase {
  /** Returns whether bytes can be taken now; if not, the socket is not read from. */
  boolean ready();

  /** Returns whether the socket, ready for {@code ops}, is to be read from. */
  default boolean reads(int ops) {
    return (ops & SelectionKey.OP_READ) != 0;
  }

  /** See {@link Connection#fetch}. */
  default int fetch() {
    return 0;
  }

  /** A turn begins. */
  default void turn() {}

  /** Returns where the next bytes belong, not over that many; null if that does not matter. */
  default @Nullable ByteBuffer place(int most) {
    return null;
  }

  /**
   * Takes bytes.
   *
   * @return the index of the first byte not taken
   */
  int received(byte[] bytes, int from, int to);

  /** What the last call of the other {@code received} began may be worked on; may block. */
  default void received() {}

  /** Takes no more bytes than those of the event under way. */
  default void stopReading() {}

  /** From now on someone listens to the peer; until now no one did. */
  default void resumed(long now) {}

  /** The listener has worked on what came, for so long that nobody listened to the peer. */
  default void worked(long nanos) {}

  /** The peer sends no more. */
  void ended();

  /** A deadline may have passed: acts if something is really due. */
  void due(long now);

  /** Returns when to look again, in the loop's nanoseconds; from any thread. */
  long deadline(long now);

  /** The socket has been closed: tells whoever must know, once. */
  void gone();
}
