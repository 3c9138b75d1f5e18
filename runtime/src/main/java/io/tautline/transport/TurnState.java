package io.tautline.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Whether a turn of an {@link EventLoop} is under way: even between turns, odd within one.
 *
 * <p>Beginning a turn makes it odd by a plain release store, since only the driver writes it then;
 * ending it is a compare-and-set back to even. Whoever wants the loop to move on ({@link Watchdog}
 * after a tick, or the turn itself when it is about to block) makes the same compare-and-set first:
 * exactly one of the two wins. The value only grows, so no turn is mistaken for another.
 */
class TurnState {
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(TurnState.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile long state;

  /** Returns the state: odd while a turn is under way. */
  final long state() {
    return state;
  }

  /** Returns the number of the turn that begins next; by the driver. */
  final long nextTurn() {
    return state + 1;
  }

  /** Begins that turn; by the driver. */
  final void begin(long turn) {
    STATE.setRelease(this, turn);
  }

  /** Ends a turn; returns false if it has been taken. */
  final boolean end(long turn) {
    return STATE.compareAndSet(this, turn, turn + 1);
  }

  /** Takes the turn {@code seen} from its thread; returns false if it has ended or been taken. */
  final boolean take(long seen) {
    return (seen & 1) == 1 && STATE.compareAndSet(this, seen, seen + 1);
  }
}
