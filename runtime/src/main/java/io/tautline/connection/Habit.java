package io.tautline.connection;

/**
 * Whether a handler blocks, learned from its calls; shared by all connections that call it.
 *
 * <p>A handler is taken to block if its turns have repeatedly been stolen by the watchdog, or given
 * up because they were about to block: its next calls do not hold the loop for a moment. Once it
 * has been quick for a while it is called on the loop again.
 *
 * <p>A theft after many quick calls is no sign: it costs less than so many hops to another thread
 * would, and on a machine that gives this process no time for a while any turn may be stolen. But
 * where no permit is left for one more turn that blocks, a single theft is enough.
 */
public final class Habit {
  private static final int THEFTS = 3;
  private static final long THEFTS_WITHIN_NANOS = 10_000_000_000L;
  private static final int RARE = 200;
  private static final int QUICK_CALLS = 32;
  private static final long QUICK_NANOS = 1_000_000;

  private final String name;
  private volatile boolean blocks;
  private int thefts;
  private long firstTheft;
  private int quick;

  /**
   * Calls of a method that each connection calls once, since the last theft. Several loops count
   * without a lock: some calls may be missed.
   */
  private int lifecycleCalls;

  /**
   * Makes the habit of a handler that is not known to block.
   *
   * @param name of the handler, for reports
   */
  public Habit(String name) {
    this.name = name;
  }

  /** Returns the name of the handler. */
  public String name() {
    return name;
  }

  /** Returns whether the handler is taken to block. */
  public boolean blocks() {
    return blocks;
  }

  /** A connection is about to call the handler, which is called once in its life. */
  void lifecycleCall() {
    lifecycleCalls++;
  }

  /**
   * A turn in which the handler was called has been stolen.
   *
   * @param calls how many times in a row its connection has called it since the theft before
   * @param exhausted whether no permit is left for one more turn that blocks
   */
  synchronized void stolen(long now, int calls, boolean exhausted) {
    if (exhausted) {
      blocks = true;
      quick = 0;
      return;
    }
    int all = Math.max(calls, lifecycleCalls);
    lifecycleCalls = 0;
    if (all > RARE) {
      return;
    }
    if (thefts == 0 || now - firstTheft > THEFTS_WITHIN_NANOS) {
      thefts = 0;
      firstTheft = now;
    }
    thefts++;
    if (thefts >= THEFTS) {
      blocks = true;
      thefts = 0;
      quick = 0;
    }
  }

  /** A call of the handler that was taken to block has ended. */
  synchronized void took(long nanos) {
    quick = nanos < QUICK_NANOS ? quick + 1 : 0;
    if (quick >= QUICK_CALLS) {
      blocks = false;
      quick = 0;
    }
  }
}
