package io.tautline.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Steals turns that do not end: one thread for all loops, with a tick of two milliseconds.
 *
 * <p>A turn seen under way on two ticks running is stolen, so a handler holds its loop for four
 * milliseconds at most. A tick costs about 30 µs of processor time where timers are dear, as in
 * many virtual machines: 1.5 % of a processor; one of a millisecond took twice that. Once every
 * loop has been idle for a while the watchdog sleeps; the first loop that returns from its poller
 * wakes it up.
 */
final class Watchdog extends Thread {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int IDLE_TICKS = 100;

  /** A tick as late as this tells of a pause of the whole process, such as garbage collection. */
  private static final long PAUSE_NANOS = 2 * TICK_NANOS;

  /** Most late ticks in a row that steal nothing. */
  private static final int PAUSES = 8;

  /** Bounds the sleep, because a loop may just have looked when {@link #asleep} is set. */
  private static final long SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final List<EventLoop> loops = new ArrayList<>();
  private final CarrierPool carriers;
  private final BlockingPermits permits;
  private volatile boolean asleep;
  private volatile boolean stopping;
  private long reported = System.nanoTime();

  Watchdog(CarrierPool carriers, BlockingPermits permits, String name) {
    super(null, null, name, 0, false);
    this.carriers = carriers;
    this.permits = permits;
    setDaemon(true);
  }

  /** Begins to watch; called once. */
  void watch(List<EventLoop> watched) {
    loops.addAll(watched);
    start();
  }

  /** Called by a loop that is about to serve. */
  void stayAwake() {
    if (asleep) {
      asleep = false;
      LockSupport.unpark(this);
    }
  }

  @Override
  public void run() {
    long[] seen = new long[loops.size()];
    int idleTicks = 0;
    int pauses = 0;
    boolean sleeping = false;
    long parked = System.nanoTime();
    while (!stopping || !loops.stream().allMatch(EventLoop::hasEnded)) {
      // Turns were paused too, so they get another tick; but not for ever, lest a busy machine be
      // stuck.
      boolean late = System.nanoTime() - parked > PAUSE_NANOS && !sleeping;
      pauses = late ? pauses + 1 : 0;
      boolean idle = false;
      try {
        idle = look(seen, late && pauses <= PAUSES);
      } catch (RuntimeException | Error e) {
        Fault.WATCH.tell(this, e);
      }
      idleTicks = idle ? idleTicks + 1 : 0;
      sleeping = idleTicks > IDLE_TICKS;
      asleep = sleeping;
      parked = System.nanoTime();
      LockSupport.parkNanos(sleeping ? SLEEP_NANOS : TICK_NANOS);
      if (sleeping && !asleep) {
        idleTicks = 0; // a loop has woken it up, and is about to serve
      }
    }
  }

  /** Steals what was seen before; returns whether every loop is idle. */
  private boolean look(long[] seen, boolean paused) {
    boolean idle = true;
    for (int i = 0; i < seen.length; i++) {
      EventLoop loop = loops.get(i);
      long state = loop.state();
      boolean inTurn = (state & 1) == 1;
      if (inTurn && state == seen[i] && !paused) {
        loop.steal(state, true);
      }
      idle &= !inTurn && state == seen[i];
      seen[i] = state;
    }
    carriers.startWaiting();
    long now = System.nanoTime();
    if (now - reported >= REPORT_NANOS) {
      reported = now;
      permits.report();
    }
    return idle;
  }

  /** Ends the thread once every loop has ended: until then turns may have to be stolen. */
  void end() {
    stopping = true;
    LockSupport.unpark(this);
  }
}
