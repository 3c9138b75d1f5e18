package io.tautline.transport;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The carriers: as many as loops need and handlers hold, trimmed when idle.
 *
 * <p>A loop always gets one: how many handlers may hold is bounded elsewhere, by {@link
 * BlockingPermits}. Only if the system has no thread left, the loop waits for the next carrier that
 * becomes free, or for the next try to start one.
 */
final class CarrierPool {
  private static final long IDLE_SECONDS = 10;

  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition assigned = lock.newCondition();
  private final ArrayDeque<Carrier> idle = new ArrayDeque<>();

  /** Loaded before it is needed. */
  private final Fault noThread = Fault.THREAD;

  /** Has room for every loop, so that waiting needs no memory. */
  private final ArrayDeque<EventLoop> waiting;

  private int started;
  private boolean stopping;

  /**
   * @param loops how many there are to drive
   * @param name prefix of the threads' names
   */
  CarrierPool(int loops, String name) {
    this.waiting = new ArrayDeque<>(loops);
    this.name = name;
  }

  /** Gives {@code loop} a carrier: an idle one, or a new one. */
  void drive(EventLoop loop) {
    lock.lock();
    try {
      Carrier carrier = idle.pollLast();
      if (carrier != null) {
        carrier.next = loop;
        assigned.signalAll();
      } else if (!start(loop)) {
        waiting.add(loop);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether there is a new carrier; if not, the loop must wait. */
  private boolean start(EventLoop loop) {
    try {
      Carrier carrier = new Carrier(this, name + "-" + ++started);
      carrier.next = loop;
      carrier.start();
      return true;
    } catch (OutOfMemoryError e) {
      noThread.tell(name, e);
      return false;
    }
  }

  /** Returns the next loop that {@code carrier} is to drive, or null when its thread should end. */
  @Nullable EventLoop await(Carrier carrier) {
    while (true) {
      try {
        return next(carrier);
      } catch (InterruptedException | OutOfMemoryError e) {
        // Left behind by a handler that was interrupted, or takes all memory.
        Thread.onSpinWait();
      }
    }
  }

  private @Nullable EventLoop next(Carrier carrier) throws InterruptedException {
    lock.lock();
    try {
      if (carrier.next == null) {
        carrier.next = waiting.poll();
      }
      if (carrier.next == null && !stopping) {
        awaitNext(carrier);
      }
      EventLoop loop = carrier.next;
      carrier.next = null;
      return loop;
    } finally {
      lock.unlock();
    }
  }

  private void awaitNext(Carrier carrier) throws InterruptedException {
    idle.add(carrier);
    try {
      long left = TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
      while (carrier.next == null && left > 0 && !stopping) {
        left = assigned.awaitNanos(left);
      }
    } finally {
      idle.remove(carrier);
    }
  }

  /** Starts a carrier for each loop that waits, if there is a thread for it by now. */
  void startWaiting() {
    lock.lock();
    try {
      while (!waiting.isEmpty() && start(waiting.peek())) {
        waiting.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets idle carriers end; those that drive or hold a turn end with it. */
  void stop() {
    lock.lock();
    try {
      stopping = true;
      assigned.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
