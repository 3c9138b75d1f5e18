package io.tautline.transport;

import java.lang.System.Logger.Level;

/**
 * Faults that loops survive. When a handler has taken all memory, any line may throw, in whatever
 * thread; so the words to tell of that are there before, and what cannot be told is not.
 */
enum Fault {
  ROUND("driving a loop failed, going on"),
  TASK("a task on a loop failed"),
  TURN("serving failed"),
  BESIDE("serving beside a turn failed"),
  WATCH("watching over loops failed, going on"),
  THREAD("no thread to be had; a loop waits for the next");

  private static final System.Logger LOG = System.getLogger("io.tautline.transport");

  private final String what;

  Fault(String what) {
    this.what = what;
  }

  /** Logs it, if there is the memory for that. */
  void tell(Object whom, Throwable cause) {
    try {
      LOG.log(this == THREAD ? Level.WARNING : Level.ERROR, what + ": " + whom, cause);
    } catch (RuntimeException | Error e) {
      // Then who took the memory will be told of.
    }
  }
}
