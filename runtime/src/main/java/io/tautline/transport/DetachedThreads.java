package io.tautline.transport;

import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Threads for turns that begin detached from their loop: virtual threads from Java 21 on, before
 * that platform threads, which end when they have been idle for ten seconds. How many there are is
 * bounded by {@link BlockingPermits}.
 */
public final class DetachedThreads {
  private static final long IDLE_SECONDS = 10;

  /** Less than a carrier's buffer, since there may be thousands. */
  private static final int BUFFER_BYTES = 64 * 1024;

  private static final int MAX_SPARES = 64;

  private static final Executor THREADS = threads();

  private static final ArrayDeque<ByteBuffer> SPARES = new ArrayDeque<>();

  private DetachedThreads() {}

  private static Executor threads() {
    Executor virtual = virtualThreads();
    if (virtual != null) {
      return virtual;
    }
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          String name = "tautline-detached-" + number.incrementAndGet();
          Thread thread = new Thread(null, task, name, 0, false);
          thread.setDaemon(true);
          return thread;
        });
  }

  private static @Nullable Executor virtualThreads() {
    try {
      return (Executor) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      return null; // before Java 21; in 19 and 20 they are a preview
    }
  }

  /** Returns whether the threads are virtual. */
  public static boolean areVirtual() {
    return !(THREADS instanceof ThreadPoolExecutor);
  }

  /** Runs a turn. */
  static void run(Runnable turn) {
    THREADS.execute(turn);
  }

  /** Returns a buffer for a turn's input, backed by an array and cleared. */
  public static ByteBuffer takeBuffer() {
    synchronized (SPARES) {
      ByteBuffer spare = SPARES.poll();
      if (spare != null) {
        return spare.clear();
      }
    }
    return ByteBuffer.allocate(BUFFER_BYTES);
  }

  /** Takes back a buffer of {@link #takeBuffer} that nobody uses any more. */
  public static void giveBack(ByteBuffer buffer) {
    synchronized (SPARES) {
      if (SPARES.size() < MAX_SPARES) {
        SPARES.push(buffer);
      }
    }
  }
}
