package io.tautline.transport;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Whom handlers have given something that may wait for more of it, so that all leaves in one write;
 * see {@link Served#deliver}.
 *
 * <p>It leaves some at a time, in rounds of the loop, which reads in between: one message for
 * thousands holds nobody up for long, and what is given meanwhile to those who still wait leaves
 * with what they have.
 */
final class Deliveries implements Runnable {
  private static final int OF_A_ROUND = 64;

  /** Bounds the memory that what is given takes. */
  private static final int MOST = 4096;

  private final EventLoop loop;
  private final ArrayDeque<Served> waiting = new ArrayDeque<>();

  /** Whether the loop is to run this. */
  private boolean coming;

  Deliveries(EventLoop loop) {
    this.loop = loop;
  }

  synchronized boolean hasRoom() {
    return waiting.size() < MOST;
  }

  /** Has {@code served} deliver soon; from any thread. */
  void add(Served served) {
    try {
      synchronized (this) {
        waiting.add(served);
        if (!coming) {
          loop.execute(this);
          coming = true;
        }
      }
    } catch (OutOfMemoryError e) {
      served.deliver();
    }
  }

  private synchronized @Nullable Served next() {
    return waiting.poll();
  }

  @Override
  public void run() {
    try {
      for (int n = OF_A_ROUND; n > 0; n--) {
        Served served = next();
        if (served == null) {
          break;
        }
        served.deliver();
      }
    } finally {
      synchronized (this) {
        coming = false;
        if (!waiting.isEmpty()) {
          loop.execute(this);
          coming = true;
        }
      }
    }
  }
}
