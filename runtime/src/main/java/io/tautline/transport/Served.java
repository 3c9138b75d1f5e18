package io.tautline.transport;

import org.jspecify.annotations.Nullable;

/**
 * Something a loop serves, usually one socket.
 *
 * <p>{@link #serve} is a turn: the only place where user code runs. It may be stolen, that is,
 * still run on its carrier while the loop has moved on to another; until it has ended it is
 * <i>away</i> and is not served again. Everything else here is called by whoever drives the loop,
 * one at a time.
 */
public abstract class Served extends WakeFlag {
  private final EventLoop loop;

  /** Neighbours in the slot of the timer wheel; managed by {@link Timers}. */
  @Nullable Served previousTimed;

  @Nullable Served nextTimed;

  /** When the timer goes off, in the loop's nanoseconds. */
  long deadline;

  /** The slot of the timer wheel it stands in, or -1 when no timer is set. */
  int slot = -1;

  /** Whether it stands in the loop's ready list. */
  boolean queued;

  /** Whether a stolen turn has not ended yet. */
  private boolean away;

  /** Whether it asked for a turn while away. */
  private boolean missed;

  /** What it holds a permit by, while away; on the loop only. */
  BlockingPermits.@Nullable Detached detached;

  /** Whether its last turn has failed; the next is for {@link #breakOff}. */
  boolean broken;

  protected Served(EventLoop loop) {
    this.loop = loop;
  }

  /** Returns the loop that serves this, for its whole life. */
  public final EventLoop loop() {
    return loop;
  }

  /** Does what is to be done now; see the class comment. */
  protected abstract void serve(Carrier carrier);

  /**
   * Returns whether the next turn is to begin away from the loop, because user code is known to
   * block; on the loop only.
   */
  protected boolean offLoop() {
    return false;
  }

  /** Returns whose permit a turn needs that is detached from the loop; on the loop only. */
  protected BlockingPermits.@Nullable Share share() {
    return null;
  }

  /** Returns what user code runs in the turn under way, for a report; from any thread. */
  protected String runs() {
    return toString();
  }

  /**
   * Does the same as {@link #serve}, away from the loop from its beginning, on a thread that is no
   * carrier. Buffers are those of {@link DetachedThreads}.
   */
  protected void serveOffLoop() {
    throw new IllegalStateException("this is served on the loop");
  }

  /**
   * Ends what a failed turn may have left half done, in a turn of its own.
   *
   * <p>It is not known how far that turn came: the cause may be an error of the runtime's own, or a
   * lack of memory that hit it anywhere.
   */
  protected void breakOff() {}

  /**
   * Does what cannot wait while a stolen turn is still under way: only what is safe beside it, and
   * no user code.
   */
  protected void serveAway() {}

  /**
   * Writes what has been waiting for more; no user code. On the loop, also while a stolen turn is
   * under way; on any thread if too many wait.
   */
  protected void deliver() {}

  /**
   * Reads something of every object that a turn will need, so that the processor has them at hand
   * by then; see {@link ReadyList}. Changes nothing, and may see what others are changing.
   *
   * @return anything made of what was read
   */
  protected int fetch() {
    return slot;
  }

  /** Called on the loop after a turn: sets timers, lets go of what has ended. */
  protected void settle() {}

  /**
   * Called on the loop when the turn under way goes on without it: stop asking for input.
   *
   * @param late whether the watchdog found it too long; else it was known to block
   */
  protected void left(boolean late) {}

  /**
   * Called on the loop when a stolen turn has ended, before {@link #settle}: ask for input again.
   */
  protected void back() {}

  /** Called on the loop when its timer goes off; to run user code, ask for a turn. */
  protected void expired() {
    ready();
  }

  /** Asks for a turn; on the loop only. While away, {@link #serveAway} comes first. */
  public final void ready() {
    missed = away;
    loop.enqueue(this);
  }

  /**
   * Asks for a turn, from any thread. It sees what was written before to volatile fields or under a
   * lock; plain fields are not published by this.
   */
  public final void wake() {
    if (raise()) {
      try {
        loop.execute(this::woken);
      } catch (RuntimeException | Error e) {
        lower();
        throw e;
      }
    }
  }

  private void woken() {
    lower();
    ready();
  }

  final void leave(boolean late) {
    away = true;
    left(late);
  }

  final void comeBack() {
    away = false;
    try {
      back();
      settle();
    } catch (RuntimeException | Error e) {
      broken = true;
      throw e;
    } finally {
      if (missed || broken) {
        missed = false;
        loop.enqueue(this);
      }
    }
  }

  /** Returns whether a stolen turn has not ended yet; on the loop only. */
  protected final boolean away() {
    return away;
  }
}
