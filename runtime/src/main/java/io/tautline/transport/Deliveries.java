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
final class Deliveries {
  private static final int OF_A_ROUND = 64;

  /** Bounds the memory that what is given takes. */
  private static final int MOST = 4096;

  /** Never grows, so that there is always the memory for one more. */
  private final ArrayDeque<Served> waiting = new ArrayDeque<>(MOST);

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

  private synchronized @Nullable Served next() {
    Served next = waiting.poll();
    anyone = !waiting.isEmpty();
    return next;
  }

  /** Has the next few deliver; on the loop. */
  void someDeliver() {
    for (int n = OF_A_ROUND; n > 0; n--) {
      Served next = anyone ? next() : null;
      if (next == null) {
        break;
      }
      try {
        next.deliver();
      } catch (RuntimeException | Error e) {
        Fault.BESIDE.tell(next, e);
      }
    }
  }
}
