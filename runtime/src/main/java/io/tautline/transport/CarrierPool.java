package io.tautline.transport;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The carriers: as many as loops need and handlers hold, bounded, trimmed when idle.
 *
 * <p>A loop that finds no carrier waits for the next that becomes free.
 */
final class CarrierPool {
  private static final System.Logger LOG = System.getLogger("io.tautline.transport");
  private static final long IDLE_SECONDS = 10;

  private final int max;
  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition assigned = lock.newCondition();
  private final ArrayDeque<Carrier> idle = new ArrayDeque<>();
  private final ArrayDeque<EventLoop> waiting = new ArrayDeque<>();
  private int size;
  private int started;
  private boolean stopping;

  /**
   * @param max most carriers at once
   * @param name prefix of the threads' names
   */
  CarrierPool(int max, String name) {
    this.max = max;
    this.name = name;
  }

  /** Gives {@code loop} a carrier: a spare one, a new one, or the next that becomes free. */
  void drive(EventLoop loop) {
    lock.lock();
    try {
      Carrier carrier = idle.pollLast();
      if (carrier != null) {
        carrier.next = loop;
        assigned.signalAll();
      } else if (size < max) {
        start(loop);
      } else {
        waiting.add(loop);
      }
    } finally {
      lock.unlock();
    }
  }

  private void start(EventLoop loop) {
    try {
      Carrier carrier = new Carrier(this, name + "-" + ++started);
      carrier.next = loop;
      carrier.start();
      size++;
    } catch (OutOfMemoryError e) {
      LOG.log(Level.WARNING, "no thread to be had; a loop waits for the next that is free", e);
      waiting.add(loop);
    }
  }

  /** Returns the next loop that {@code carrier} is to drive, or null when its thread should end. */
  @Nullable EventLoop await(Carrier carrier) {
    lock.lock();
    try {
      if (carrier.next == null) {
        carrier.next = waiting.poll();
      }
      if (carrier.next == null && !stopping) {
        idle.add(carrier);
        long left = TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
        while (carrier.next == null && left > 0 && !stopping) {
          left = assigned.awaitNanos(left);
        }
        idle.remove(carrier);
      }
      EventLoop loop = carrier.next;
      carrier.next = null;
      if (loop == null) {
        size--;
      }
      return loop;
    } catch (InterruptedException e) {
      // Left behind by a handler that was interrupted; it says nothing to this thread.
      idle.remove(carrier);
      return await(carrier);
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many loops have no carrier because every one is held by a handler. */
  int waitingLoops() {
    lock.lock();
    try {
      return waiting.size();
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
