package io.tautline.transport;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Whom handlers have given something that may wait for more of it, so that all leaves in one write;
 * see {@link Served#deliver}.
 *
 * <p>It leaves some at a time, in rounds of the loop, which reads in between: one message for
 * thousands holds nobody up for long, and what is given meanwhile to those who still wait leaves
 * with what they have.
 */
final class Deliveries {
  private static final int OF_A_ROUND = 64;

  /** Bounds the memory that what is given takes. */
  private static final int MOST = 4096;

  /** Never grows, so that there is always the memory for one more. */
  private final ArrayDeque<Served> waiting = new ArrayDeque<>(MOST);

  /** Those that deliver next, fetched together as in a {@link ReadyList}. */
  private final Served[] next = new Served[ReadyList.TOGETHER];

  /** Keeps the reads of {@link Served#fetch}. */
  @SuppressWarnings("UnusedVariable")
  private int sum;

  /** Whether anyone waits, to be asked without the lock. */
  private volatile boolean anyone;

  boolean isEmpty() {
    return !anyone;
  }

  /**
   * Adds someone, or has them deliver at once if too many wait; from any thread.
   *
   * @return whether nobody waited before, so that the loop may have to be woken up
   */
  boolean add(Served served) {
    synchronized (this) {
      if (waiting.size() < MOST) {
        boolean first = waiting.isEmpty();
        waiting.add(served);
        anyone = true;
        return first;
      }
    }
    served.deliver();
    return false;
  }

  /** Has the next few deliver; on the loop. */
  void someDeliver() {
    for (int n = OF_A_ROUND / next.length; n > 0 && anyone; n--) {
      int count = take();
      for (int i = 0; i < count; i++) {
        sum += ReadyList.fetch(next[i]);
      }
      for (int i = 0; i < count; i++) {
        deliver(next[i]);
      }
      Arrays.fill(next, null);
    }
  }

  private synchronized int take() {
    int count = Math.min(waiting.size(), next.length);
    for (int i = 0; i < count; i++) {
      next[i] = waiting.remove();
    }
    anyone = !waiting.isEmpty();
    return count;
  }

  private static void deliver(Served served) {
    try {
      served.deliver();
    } catch (RuntimeException | Error e) {
      Fault.BESIDE.tell(served, e);
    }
    if (served.broken) {
      served.ready(); // its prefetch failed, and it may not come up otherwise
    }
  }
}
