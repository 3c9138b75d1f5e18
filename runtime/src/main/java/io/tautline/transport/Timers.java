package io.tautline.transport;

import org.jspecify.annotations.Nullable;

/**
 * The timers of one loop: a wheel of {@value #SLOTS} slots of 20 ms, one timer for each served.
 *
 * <p>Setting and cancelling take constant time and no memory: the lists run through the served
 * themselves. A timer further away than the wheel's circumference goes round more than once. Timers
 * go off up to one slot late, never early. A timer whose action throws goes off again one slot
 * later, and the others go off as if nothing had happened. Used by the loop's driver only.
 *
 * <p>Inside, times count from the wheel's creation: values of {@link System#nanoTime} may be
 * negative and may overflow, so only their differences can be compared.
 */
final class Timers {
  private static final int SLOTS = 512;
  private static final long TICK = 20_000_000;

  private final @Nullable Served[] wheel = new Served[SLOTS];

  /** The {@link System#nanoTime} from which the times inside are counted. */
  private final long origin;

  /** The tick up to which everything has gone off. */
  private long tick;

  private int size;

  /** No timer goes off before this time. */
  private long earliest = Long.MAX_VALUE;

  Timers(long now) {
    origin = now;
  }

  /** Sets the timer of {@code served} unless it goes off before {@code deadline} anyway. */
  void setIfEarlier(Served served, long deadline) {
    if (served.slot < 0 || deadline - origin < served.deadline) {
      set(served, deadline);
    }
  }

  /** Sets the timer of {@code served}, in place of an earlier one. */
  void set(Served served, long deadline) {
    put(served, deadline - origin);
  }

  private void put(Served served, long deadline) {
    cancel(served);
    int slot = slot(Math.max(deadline / TICK, tick));
    Served head = wheel[slot];
    if (head != null) {
      head.previousTimed = served;
    }
    served.nextTimed = head;
    served.deadline = deadline;
    served.slot = slot;
    wheel[slot] = served;
    size++;
    earliest = Math.min(earliest, deadline);
  }

  void cancel(Served served) {
    if (served.slot < 0) {
      return;
    }
    Served before = served.previousTimed;
    Served after = served.nextTimed;
    if (before == null) {
      wheel[served.slot] = after;
    } else {
      before.nextTimed = after;
    }
    if (after != null) {
      after.previousTimed = before;
    }
    served.previousTimed = null;
    served.nextTimed = null;
    served.slot = -1;
    size--;
  }

  /** Lets every timer go off whose deadline has come. */
  void expire(long time) {
    long now = time - origin;
    if (now < earliest) {
      return;
    }
    long until = now / TICK;
    long from = Math.max(tick, until - SLOTS + 1);
    tick = until; // a timer set from here on lands in a slot that is still to be visited
    for (long t = from; t <= until; t++) {
      Served next;
      for (Served served = wheel[slot(t)]; served != null; served = next) {
        next = served.nextTimed;
        if (served.deadline <= now) {
          goOff(served, now);
        }
      }
    }
    earliest = size == 0 ? Long.MAX_VALUE : next();
  }

  private void goOff(Served served, long now) {
    cancel(served);
    try {
      served.expired();
    } catch (RuntimeException | Error e) {
      put(served, now + TICK);
      Fault.TIMER.tell(served, e);
    }
  }

  /** Returns a time before which nothing goes off: that of the next timer within one turn. */
  private long next() {
    for (long t = tick; t < tick + SLOTS; t++) {
      long next = Long.MAX_VALUE;
      for (Served s = wheel[slot(t)]; s != null; s = s.nextTimed) {
        if (s.deadline < (t + 1) * TICK) {
          next = Math.min(next, s.deadline);
        }
      }
      if (next != Long.MAX_VALUE) {
        return next;
      }
    }
    return (tick + SLOTS) * TICK;
  }

  /** Returns nanoseconds until a timer may go off, or -1 when there is none. */
  long delay(long now) {
    return size == 0 ? -1 : Math.max(0, earliest - (now - origin));
  }

  private static int slot(long tick) {
    return (int) (tick & (SLOTS - 1));
  }
}
