package io.tautline.transport;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Threads for turns that are known to block: virtual ones, where Java has them (21 and later), so
 * that no carrier is held and there may be as many as there are connections.
 */
final class OffLoop {
  /** Less than a carrier's, since there may be thousands. */
  private static final int BUFFER_BYTES = 64 * 1024;

  private static final @Nullable Executor THREADS = threads();

  private OffLoop() {}

  private static @Nullable Executor threads() {
    try {
      return (Executor) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException | UnsupportedOperationException olderJava) {
      return null;
    }
  }

  static boolean isPossible() {
    return THREADS != null;
  }

  /** Runs a turn. */
  static void run(Runnable turn) {
    if (THREADS == null) {
      throw new IllegalStateException("this Java has no virtual threads");
    }
    THREADS.execute(turn);
  }

  /** Returns a buffer for a turn's input. */
  static ByteBuffer buffer() {
    return ByteBuffer.allocate(BUFFER_BYTES);
  }
}
