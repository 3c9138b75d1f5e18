package io.tautline.transport;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A selector, a list of what is ready, tasks and timers; driven by one carrier at a time.
 *
 * <p><b>Turns and theft.</b> {@link #state} is even between turns and odd within one. Beginning a
 * turn makes it odd by a plain release store, since only the driver writes it then; ending it is a
 * compare-and-set back to even. Whoever wants the loop to move on ({@link Watchdog} after a tick,
 * or the turn itself when it is about to block) makes the same compare-and-set first: exactly one
 * of the two wins. A driver that loses knows that another carrier drives now, touches the loop no
 * more and reports the end of its turn as a task. The value only grows, so no turn is mistaken for
 * another.
 *
 * <p>The ready list and the timers belong to whoever drives; theft hands them over through the
 * carrier pool's lock.
 */
public final class EventLoop {
  private static final System.Logger LOG = System.getLogger("io.tautline.transport");
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(EventLoop.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Most tasks of one round, so that those who add them faster than they run starve nobody. */
  private static final int ROUND_TASKS = 1024;

  private final Selector selector;
  private final CarrierPool carriers;
  private final Watchdog watchdog;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<Served> ready = new ArrayDeque<>();
  private final Timers timers = new Timers(System.nanoTime());
  private final Consumer<SelectionKey> selected = this::selected;

  /** Odd while a turn is under way; see the class comment. */
  private volatile long state;

  /** What the turn under way serves. Written before the turn begins. */
  private @Nullable Served current;

  /** What the stolen turn serves, until the next driver has seen it. */
  private @Nullable Served stolen;

  /** Whether it was the watchdog that stole the turn. */
  private boolean stolenLate;

  private volatile @Nullable Carrier driver;

  /** Whether the driver is about to block in the selector and must be woken up for a task. */
  private volatile boolean selecting;

  private volatile boolean stopping;

  /** The loop's clock: {@link System#nanoTime} of the last return from the selector. */
  private long now = System.nanoTime();

  EventLoop(CarrierPool carriers, Watchdog watchdog) throws IOException {
    this.carriers = carriers;
    this.watchdog = watchdog;
    this.selector = Selector.open();
  }

  /** Registers a non-blocking channel; on the loop only. */
  public SelectionKey register(SelectableChannel channel, int ops, Served served)
      throws IOException {
    return channel.register(selector, ops, served);
  }

  /** Runs a short task on the loop, after what it is doing now; from any thread. */
  public void execute(Runnable task) {
    tasks.add(task);
    if (selecting) {
      selector.wakeup();
    }
  }

  /** Makes the selector notice a change of interest made by another thread. */
  public void wakeup() {
    if (selecting) {
      selector.wakeup();
    }
  }

  /** Returns the loop's clock in nanoseconds, as of the last return from the selector. */
  public long now() {
    return now;
  }

  /** Sets the one timer of {@code served}, in place of an earlier one; on the loop only. */
  public void timer(Served served, long deadline) {
    timers.set(served, deadline);
  }

  /** Sets the timer of {@code served} unless it goes off before {@code deadline} anyway. */
  public void timerBefore(Served served, long deadline) {
    if (served.slot < 0 || deadline < served.deadline) {
      timers.set(served, deadline);
    }
  }

  /** Cancels the timer of {@code served}, if it is set; on the loop only. */
  public void cancelTimer(Served served) {
    timers.cancel(served);
  }

  /** Returns what is registered; on the loop only. */
  public List<Served> registered() {
    List<Served> all = new ArrayList<>();
    for (SelectionKey key : selector.keys()) {
      if (key.isValid() && key.attachment() instanceof Served served) {
        all.add(served);
      }
    }
    return all;
  }

  void enqueue(Served served) {
    if (!served.queued) {
      served.queued = true;
      ready.add(served);
    }
  }

  /** Drives the loop until it stops or a turn of this carrier's has been stolen. */
  void drive(Carrier carrier) {
    driver = carrier;
    Served left = stolen;
    if (left != null) {
      stolen = null;
      boolean late = stolenLate;
      run(() -> left.leave(late));
    }
    while (true) {
      for (int n = ROUND_TASKS; n > 0; n--) {
        Runnable task = tasks.poll();
        if (task == null) {
          break;
        }
        run(task);
      }
      // Those that become ready meanwhile wait for the next round, behind tasks and the selector.
      for (int n = ready.size(); n > 0; n--) {
        Served served = ready.remove();
        served.queued = false;
        if (served.away()) {
          run(served::serveAway);
        } else if (served.offLoop() && OffLoop.isPossible()) {
          run(() -> turnOffLoop(served));
        } else if (!turn(carrier, served)) {
          return;
        }
      }
      timers.expire(now);
      if (stopping && tasks.isEmpty() && ready.isEmpty()) {
        close();
        return;
      }
      select();
    }
  }

  /** Runs what is not user code, and therefore no turn: it cannot be stolen. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "task on a loop failed", e);
    }
  }

  private boolean turn(Carrier carrier, Served served) {
    current = served;
    long turn = begin(carrier);
    try {
      served.serve(carrier);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "serving " + served + " failed", e);
    }
    boolean interrupted = Thread.interrupted(); // a handler's, which says nothing to the loop
    if (interrupted) {
      LOG.log(Level.DEBUG, "a handler left its thread interrupted");
    }
    if (end(turn)) {
      served.settle();
      return true;
    }
    execute(served::comeBack);
    return false;
  }

  /** Lets a turn begin, and end, on a thread of its own. */
  private void turnOffLoop(Served served) {
    served.leave(false);
    OffLoop.run(
        in -> {
          try {
            served.serveOffLoop(in);
          } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "serving " + served + " failed", e);
          } finally {
            execute(served::comeBack);
          }
        });
  }

  private long begin(Carrier carrier) {
    long turn = state + 1;
    carrier.turn = turn;
    STATE.setRelease(this, turn);
    return turn;
  }

  private boolean end(long turn) {
    return STATE.compareAndSet(this, turn, turn + 1);
  }

  /** Returns the state for the watchdog: odd while a turn is under way. */
  long state() {
    return state;
  }

  /**
   * Lets the loop go on with another carrier if the turn {@code seen} is still under way.
   *
   * @param late whether the turn was found too long, rather than known to block
   */
  boolean steal(long seen, boolean late) {
    if ((seen & 1) == 0 || !STATE.compareAndSet(this, seen, seen + 1)) {
      return false;
    }
    stolen = current;
    stolenLate = late;
    carriers.drive(this);
    return true;
  }

  /** Returns the thread that drives now, for a report on a handler that does not return. */
  @Nullable Carrier driver() {
    return driver;
  }

  private void select() {
    try {
      long delay = ready.isEmpty() ? timers.delay(System.nanoTime()) : 0;
      selecting = true;
      if (!tasks.isEmpty() || delay == 0) {
        selector.selectNow(selected);
      } else if (delay < 0) {
        selector.select(selected);
      } else {
        selector.select(selected, delay / 1_000_000 + 1);
      }
    } catch (IOException e) {
      LOG.log(Level.ERROR, "selector failed", e);
      stopping = true;
    } finally {
      selecting = false;
      now = System.nanoTime();
      watchdog.stayAwake();
    }
  }

  private void selected(SelectionKey key) {
    if (key.attachment() instanceof Served served) {
      served.ready();
    }
  }

  /** Ends the loop once its tasks are done; from any thread. */
  void stop() {
    execute(() -> stopping = true);
  }

  private void close() {
    try {
      selector.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing a selector failed", e);
    }
  }
}
