package io.tautline.epoll;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts the calls under way on something that is given back once it is closed and no call is under
 * way: by the thread that closes it, or by that of the last call.
 */
abstract class CallCount {
  private static final VarHandle CALLS;

  static {
    try {
      CALLS = MethodHandles.lookup().findVarHandle(CallCount.class, "calls", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** In {@link #calls} once this is closed. */
  private static final int CLOSED = 1 << 30;

  /** In {@link #calls} once this has been given back, too. */
  private static final int GONE = 1 << 29;

  private volatile int calls;

  /** Gives it back; called once. */
  abstract void giveBack();

  /** Begins a call, which {@link #leave} ends; returns false if this is closed. */
  final boolean tryEnter() {
    if ((int) CALLS.getAndAdd(this, 1) >= GONE) {
      leave();
      return false;
    }
    return true;
  }

  /** Ends a call. */
  final void leave() {
    int left = (int) CALLS.getAndAdd(this, -1) - 1;
    if (left >= GONE) {
      giveBackIfUnused();
    }
  }

  /** Closes this; returns whether it was open. Calls that are under way end by themselves. */
  final boolean markClosed() {
    return (int) CALLS.getAndBitwiseOr(this, CLOSED) < GONE;
  }

  /** Gives it back if it is closed and no call is under way; after {@link #markClosed}. */
  final void giveBackIfUnused() {
    if (CALLS.compareAndSet(this, CLOSED, CLOSED | GONE)) {
      giveBack();
    }
  }

  /** Returns whether this has not been closed. */
  public final boolean isOpen() {
    return calls < GONE;
  }
}
