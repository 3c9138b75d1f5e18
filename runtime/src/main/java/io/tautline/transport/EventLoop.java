package io.tautline.transport;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A poller, a list of what is ready, tasks and timers; driven by one carrier at a time.
 *
 * <p>A driver that loses its turn (see {@link TurnState}) knows that another carrier drives now,
 * touches the loop no more and reports the end of its turn as a task.
 *
 * <p>The ready list and the timers belong to whoever drives; theft hands them over through the
 * carrier pool's lock.
 */
public final class EventLoop extends TurnState {
  private static final System.Logger LOG = System.getLogger("io.tautline.transport");
  private static final VarHandle WAKING;

  static {
    try {
      WAKING = MethodHandles.lookup().findVarHandle(EventLoop.class, "waking", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Most tasks of one round, so that those who add them faster than they run starve nobody. */
  private static final int ROUND_TASKS = 1024;

  /** How long a loop waits that could not open another poller, so that it does not spin. */
  private static final long REOPEN_PAUSE_NANOS = 10_000_000;

  private final Poller poller;
  private final CarrierPool carriers;
  private final Watchdog watchdog;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ReadyList ready = new ReadyList();
  private final Timers timers = new Timers(System.nanoTime());
  private final Deliveries deliveries = new Deliveries();

  /** What the turn under way serves. Written before the turn begins. */
  private @Nullable Served current;

  /** What the stolen turn serves, until the next driver has seen it. */
  private @Nullable Served stolen;

  /** Whose thread the stolen turn stays on. */
  private @Nullable Carrier stolenFrom;

  /** Whether it was the watchdog that stole the turn. */
  private boolean stolenLate;

  private @Nullable Carrier driver;

  /** Whether the driver is about to block in the poller and must be woken up for a task. */
  private volatile boolean selecting;

  /**
   * Whether a thread wakes up the poller already. Thousands may give tasks at once, and a
   * selector's wake-up takes a lock that the driver needs, too.
   */
  private volatile boolean waking;

  private volatile boolean stopping;

  private volatile boolean ended;

  /** How many turns are detached: stolen, or begun elsewhere. The loop does not end before them. */
  private int detachedTurns;

  /** Whether polling failed, so that the poller may have forgotten what it was told last. */
  private boolean forgetful;

  /** The loop's clock: {@link System#nanoTime} of the last return from the poller. */
  private long now = System.nanoTime();

  EventLoop(Poller poller, CarrierPool carriers, Watchdog watchdog) {
    this.poller = poller;
    this.carriers = carriers;
    this.watchdog = watchdog;
  }

  /** Has the loop wait for something; on the loop only, see {@link Pollable#register}. */
  public void register(Pollable pollable, int ops, Served served) throws IOException {
    pollable.register(poller, ops, served);
  }

  /** Runs a short task on the loop, after what it is doing now; from any thread. */
  public void execute(Runnable task) {
    tasks.add(task);
    wakeup();
  }

  /**
   * Has {@link Served#deliver} called in one of the next rounds, or at once if too many wait; from
   * any thread.
   */
  public void deliver(Served served) {
    if (deliveries.add(served)) {
      wakeup();
    }
  }

  /** Makes the poller notice a change of interest made by another thread. */
  public void wakeup() {
    if (selecting && !waking && WAKING.compareAndSet(this, false, true)) {
      boolean woken = false;
      try {
        poller.wakeup();
        woken = true;
      } finally {
        if (!woken) { // there was no memory; whoever comes next tries again
          waking = false;
        }
      }
    }
  }

  /** Returns the loop's clock in nanoseconds, as of the last return from the poller. */
  public long now() {
    return now;
  }

  /** Sets the one timer of {@code served}, in place of an earlier one; on the loop only. */
  public void timer(Served served, long deadline) {
    timers.set(served, deadline);
  }

  /** Sets the timer of {@code served} unless it goes off before {@code deadline} anyway. */
  public void timerBefore(Served served, long deadline) {
    timers.setIfEarlier(served, deadline);
  }

  /** Cancels the timer of {@code served}, if it is set; on the loop only. */
  public void cancelTimer(Served served) {
    timers.cancel(served);
  }

  /** Returns what is registered; on the loop only. */
  public List<Served> registered() {
    return poller.registered();
  }

  void enqueue(Served served) {
    ready.add(served);
  }

  /** Drives the loop until it stops or a turn of this carrier's has been stolen. */
  void drive(Carrier carrier) {
    driver = carrier;
    Served left = stolen;
    if (left != null) {
      stolen = null;
      leave(left, stolenLate);
      takePermit(left, stolenFrom);
      stolenFrom = null;
    }
    boolean driving = true;
    while (driving) {
      try {
        driving = round(carrier);
      } catch (RuntimeException | Error e) {
        // A handler has taken all memory, and will give it back. The loop is everyone's.
        Fault.ROUND.tell(carrier, e);
      }
    }
  }

  /** Returns whether there is to be another. */
  private boolean round(Carrier carrier) {
    // Tasks given by tasks wait for the next round, behind the poller.
    for (int n = Math.min(tasks.size(), ROUND_TASKS); n > 0; n--) {
      Runnable task = tasks.poll();
      if (task == null) {
        break;
      }
      run(task);
    }
    deliveries.someDeliver();
    // Those that become ready meanwhile wait for the next round, behind tasks and the poller.
    for (int n = ready.size(); n > 0; n--) {
      Served served = ready.next();
      if (served.away()) {
        serveAway(served);
      } else if (served.offLoop() && !served.broken) {
        turnOffLoop(served);
      } else if (!turn(carrier, served)) {
        return false;
      }
    }
    timers.expire(now);
    if (forgetful) {
      poller.remind();
    }
    if (stopping
        && detachedTurns == 0
        && tasks.isEmpty()
        && ready.isEmpty()
        && deliveries.isEmpty()) {
      close();
      return false;
    }
    select();
    return true;
  }

  /** Runs what is not user code, and therefore no turn: it cannot be stolen. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      Fault.TASK.tell(task, e);
    }
  }

  private void leave(Served served, boolean late) {
    detachedTurns++;
    try {
      served.leave(late);
    } catch (RuntimeException | Error e) {
      failed(served, e);
    }
  }

  private static void serveAway(Served served) {
    try {
      served.serveAway();
    } catch (RuntimeException | Error e) {
      Fault.BESIDE.tell(served, e);
    }
  }

  private static void failed(Served served, Throwable fault) {
    served.broken = true;
    Fault.TURN.tell(served, fault);
  }

  private boolean turn(Carrier carrier, Served served) {
    current = served;
    long turn = nextTurn();
    carrier.turn = turn; // before others can see it
    begin(turn);
    try {
      if (served.broken) {
        served.broken = false;
        served.breakOff();
      } else {
        served.serve(carrier);
      }
    } catch (RuntimeException | Error e) {
      failed(served, e);
    }
    Thread.interrupted(); // a handler's, which says nothing to the loop
    if (end(turn)) {
      settle(served);
      return true;
    }
    comeBackLater(served);
    return false;
  }

  private void settle(Served served) {
    try {
      served.settle();
    } catch (RuntimeException | Error e) {
      failed(served, e);
    }
    if (served.broken) {
      enqueue(served);
    }
  }

  /** Counts a turn that was stolen from {@code thread}. */
  private static void takePermit(Served served, @Nullable Carrier thread) {
    BlockingPermits.Share share = served.share();
    if (share != null) {
      try {
        BlockingPermits.Detached turn = new BlockingPermits.Detached(share, served, thread);
        served.detached = turn;
        share.take(turn);
      } catch (OutOfMemoryError e) {
        served.detached = null; // it goes on without being counted
      }
    }
  }

  /** Lets a turn begin, and end, on a thread of its own, once there is a permit for it. */
  private void turnOffLoop(Served served) {
    leave(served, false);
    try {
      BlockingPermits.Share share = served.share();
      if (share == null) {
        startDetached(served, null);
      } else {
        BlockingPermits.Detached turn = new BlockingPermits.Detached(share, served, null);
        served.detached = turn;
        share.acquire(turn, () -> startDetached(served, turn));
      }
    } catch (RuntimeException | Error e) {
      failed(served, e);
      served.detached = null; // no permit was taken
      comeBackLater(served);
    }
  }

  private void startDetached(Served served, BlockingPermits.@Nullable Detached turn) {
    try {
      DetachedThreads.run(
          () -> {
            if (turn != null) {
              turn.begin();
            }
            try {
              served.serveOffLoop();
            } catch (RuntimeException | Error e) {
              failed(served, e);
            } finally {
              comeBackLater(served);
            }
          });
    } catch (RuntimeException | Error e) {
      failed(served, e);
      comeBackLater(served);
    }
  }

  /** Reports the end of a turn that the loop has gone on without; there is no other way back. */
  private void comeBackLater(Served served) {
    boolean added = false;
    while (true) {
      try {
        if (!added) {
          tasks.add(() -> comeBack(served));
          added = true; // or it would come back twice, should waking the poller fail
        }
        wakeup();
        return;
      } catch (OutOfMemoryError e) {
        Thread.onSpinWait(); // comes and goes
      }
    }
  }

  private void comeBack(Served served) {
    detachedTurns--;
    BlockingPermits.Detached turn = served.detached;
    if (turn != null) {
      served.detached = null;
    }
    try {
      if (turn != null) {
        turn.end();
      }
    } finally {
      served.comeBack();
    }
  }

  /**
   * Lets the loop go on with another carrier if the turn {@code seen} is still under way.
   *
   * @param late whether the turn was found too long, rather than known to block
   */
  boolean steal(long seen, boolean late) {
    if (!take(seen)) {
      return false;
    }
    stolen = current;
    stolenFrom = driver;
    stolenLate = late;
    while (true) {
      try {
        carriers.drive(this);
        return true;
      } catch (OutOfMemoryError e) {
        Thread.onSpinWait(); // comes and goes; the loop must have someone to drive it
      }
    }
  }

  /** Returns whether the loop has ended: nothing of it runs any more. */
  boolean hasEnded() {
    return ended;
  }

  private void select() {
    boolean failed = true;
    try {
      long delay = ready.isEmpty() ? timers.delay(System.nanoTime()) : 0;
      waking = false;
      selecting = true;
      if (!tasks.isEmpty() || !deliveries.isEmpty() || delay == 0) {
        poller.poll(0);
      } else {
        poller.poll(delay < 0 ? -1 : delay / 1_000_000 + 1);
      }
      failed = false;
    } catch (IOException | RuntimeException e) {
      reopenPoller(e);
    } finally {
      forgetful = failed;
      selecting = false;
      Thread.interrupted(); // meant for a handler that had returned; channels would poll no more
      now = System.nanoTime();
      watchdog.stayAwake();
    }
  }

  /** Replaces the system's part of the poller; tasks and timers go on even if that fails too. */
  private void reopenPoller(Exception cause) {
    Fault.POLLER.tell(this, cause);
    try {
      poller.reopen();
      poller.registered().forEach(Served::ready); // interest that changed meanwhile may be lost
    } catch (IOException e) {
      Fault.POLLER.tell(this, e);
      LockSupport.parkNanos(REOPEN_PAUSE_NANOS); // tried again in the next round
    }
  }

  /** Ends the loop once its tasks are done; from any thread. */
  void stop() {
    execute(() -> stopping = true);
  }

  private void close() {
    ended = true;
    try {
      poller.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing a poller failed", e);
    }
  }
}
