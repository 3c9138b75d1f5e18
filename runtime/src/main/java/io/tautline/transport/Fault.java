package io.tautline.transport;

import java.lang.System.Logger.Level;

/**
 * Faults that loops survive, each logged once a minute at most. When a handler has taken all
 * memory, any line may throw, in any thread: the messages exist before they are needed, and a fault
 * that cannot be logged is dropped.
 */
final class Fault {
  static final Fault ROUND = new Fault(Level.ERROR, "driving a loop failed, going on");
  static final Fault TASK = new Fault(Level.ERROR, "a task on a loop failed");
  static final Fault TURN = new Fault(Level.ERROR, "serving failed");
  static final Fault BESIDE =
      new Fault(Level.ERROR, "serving a connection while its handler runs elsewhere failed");
  static final Fault PREFETCH = new Fault(Level.ERROR, "preparing a turn failed");
  static final Fault TIMER = new Fault(Level.ERROR, "a timer failed, going off again");
  static final Fault POLLER = new Fault(Level.ERROR, "polling failed, opening another poller");
  static final Fault WATCH = new Fault(Level.ERROR, "watching over loops failed, going on");
  static final Fault THREAD =
      new Fault(Level.WARNING, "could not start a thread; an event loop waits for one");

  private static final System.Logger LOG = System.getLogger("io.tautline.transport");

  private final Level level;
  private final String what;
  private final LogLimit limit = new LogLimit();

  private Fault(Level level, String what) {
    this.level = level;
    this.what = what;
  }

  /** Logs it, if there is the memory for that. */
  void tell(Object whom, Throwable cause) {
    try {
      long count = limit.admit();
      if (count > 0) {
        LOG.log(level, what + LogLimit.times(count) + ": " + whom, cause);
      }
    } catch (RuntimeException | Error e) {
      // Logging needs memory too; the next fault tries again.
    }
  }
}
