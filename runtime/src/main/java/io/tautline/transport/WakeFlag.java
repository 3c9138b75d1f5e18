package io.tautline.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Whether a turn has been asked for that has not begun, so that it is asked for once. */
class WakeFlag {
  private static final VarHandle WOKEN;

  static {
    try {
      WOKEN = MethodHandles.lookup().findVarHandle(WakeFlag.class, "woken", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile boolean woken;

  /** Raises the flag; returns false if it is raised already. */
  final boolean raise() {
    return !woken && WOKEN.compareAndSet(this, false, true);
  }

  /** Lowers the flag, before the turn: what is asked for from here on may be too late for it. */
  final void lower() {
    woken = false;
  }
}
