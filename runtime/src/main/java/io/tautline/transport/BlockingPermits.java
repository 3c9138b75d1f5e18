package io.tautline.transport;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many turns may be detached from their loops at once: in total, and for each {@link
 * Share}. Event loops need no permit, so they go on whatever handlers do.
 *
 * <p>A turn that begins detached {@linkplain Share#acquire acquires} a permit and waits without a
 * thread until it has one; the share that holds the fewest gets the next. A turn that blocks on its
 * loop without notice {@linkplain Share#take takes} one, even beyond the bound: its thread exists
 * already. Used by any thread.
 */
public final class BlockingPermits {
  private static final System.Logger LOG = System.getLogger("io.tautline.transport");

  /** A turn that has not returned for so long is reported. */
  private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A turn that holds a permit. */
  static final class Detached {
    private final Share share;
    private final Served served;
    private final long since = System.nanoTime();

    /** The thread that runs the turn, once it does. */
    private volatile @Nullable Thread thread;

    Detached(Share share, Served served, @Nullable Thread thread) {
      this.share = share;
      this.served = served;
      this.thread = thread;
    }

    /** The turn begins on the calling thread. */
    void begin() {
      thread = Thread.currentThread();
    }

    /** The turn has ended. */
    void end() {
      share.giveBack(this);
    }
  }

  private final int max;
  private final Set<Detached> turns = ConcurrentHashMap.newKeySet();
  private final List<Share> waitingShares = new ArrayList<>();
  private final LogLimit reports = new LogLimit();
  private int held;
  private boolean lifted;

  /**
   * @param max permits in total, at least 1
   */
  public BlockingPermits(int max) {
    this.max = max;
  }

  /** Returns a share of the permits, for one endpoint: {@code most} of them at once. */
  public Share share(int most) {
    return new Share(Math.min(most, max));
  }

  /** The permits that one endpoint may hold. */
  public final class Share {
    private final int most;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>(0);
    private int heldHere;

    private Share(int most) {
      this.most = most;
    }

    /** Runs {@code start} once a permit is free: now, or by the thread that gives one back. */
    void acquire(Detached turn, Runnable start) {
      turns.add(turn);
      if (holdOrWait(turn, start)) {
        start.run();
      }
    }

    /** Returns whether a permit is held now; if not, {@code start} waits for one. */
    private boolean holdOrWait(Detached turn, Runnable start) {
      synchronized (BlockingPermits.this) {
        if (isFree()) {
          hold();
          return true;
        }
        try {
          waiting.add(start);
          if (waiting.size() == 1) {
            waitingShares.add(this);
          }
          return false;
        } catch (OutOfMemoryError e) {
          waiting.remove(start);
          turns.remove(turn);
          throw e;
        }
      }
    }

    /** Counts a turn that is detached already, beyond the bound if it must be. */
    void take(Detached turn) {
      turns.add(turn);
      synchronized (BlockingPermits.this) {
        hold();
      }
    }

    private void giveBack(Detached turn) {
      turns.remove(turn);
      synchronized (BlockingPermits.this) {
        heldHere--;
        held--;
      }
      startWaiting();
    }

    /** Returns whether a turn that asked for a permit now would have to wait. */
    public boolean isExhausted() {
      synchronized (BlockingPermits.this) {
        return !isFree();
      }
    }

    private boolean isFree() {
      return lifted || (held < max && heldHere < most);
    }

    private void hold() {
      held++;
      heldHere++;
    }
  }

  private void startWaiting() {
    for (Runnable start = next(); start != null; start = next()) {
      start.run();
    }
  }

  /** Takes a permit for the next turn that waits; null if none waits or no permit is free. */
  private synchronized @Nullable Runnable next() {
    Share next = null;
    for (Share share : waitingShares) {
      if (share.isFree() && (next == null || share.heldHere < next.heldHere)) {
        next = share;
      }
    }
    if (next == null) {
      return null;
    }
    Runnable start = next.waiting.remove();
    if (next.waiting.isEmpty()) {
      waitingShares.remove(next);
    }
    next.hold();
    return start;
  }

  /** Lets every turn begin from now on, because the loops end. */
  public void lift() {
    synchronized (this) {
      lifted = true;
    }
    startWaiting();
  }

  private synchronized int waiting() {
    int waiting = 0;
    for (Share share : waitingShares) {
      waiting += share.waiting.size();
    }
    return waiting;
  }

  /**
   * Reports the turn that has run longest, once a minute at most: if turns wait for a permit, or if
   * one has not returned for ten seconds.
   */
  void report() {
    long now = System.nanoTime();
    Detached oldest = null;
    int running = 0;
    for (Detached turn : turns) {
      if (turn.thread != null) {
        running++;
        if (oldest == null || turn.since - oldest.since < 0) {
          oldest = turn;
        }
      }
    }
    int waiting = waiting();
    if (oldest == null || (waiting == 0 && now - oldest.since < LONG_NANOS)) {
      return;
    }
    if (reports.admit() > 0) {
      LOG.log(Level.WARNING, text(oldest, now, running, waiting));
    }
  }

  private String text(Detached oldest, long now, int running, int waiting) {
    StringBuilder text = new StringBuilder();
    text.append(running).append(running == 1 ? " handler blocks, " : " handlers block, ");
    text.append(waiting).append(" more wait for a permit (maxBlockedHandlers ").append(max);
    text.append(", maxBlockedPerEndpoint ").append(oldest.share.most).append("). ");
    text.append(oldest.served.runs()).append(" has not returned for ");
    text.append(TimeUnit.NANOSECONDS.toMillis(now - oldest.since)).append(" ms:");
    Thread thread = oldest.thread;
    if (thread != null) {
      for (StackTraceElement frame : thread.getStackTrace()) {
        text.append("\n  at ").append(frame);
      }
    }
    return text.toString();
  }
}
