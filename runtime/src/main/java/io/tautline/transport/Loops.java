package io.tautline.transport;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A fixed number of loops, their carriers, their watchdog, and the permits of their handlers. */
public final class Loops implements AutoCloseable {
  private final List<EventLoop> loops = new ArrayList<>();
  private final CarrierPool carriers;
  private final Watchdog watchdog;
  private final BlockingPermits permits;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * Starts the loops.
   *
   * @param sockets the way of every socket that will be registered
   * @param count how many, at least 1
   * @param maxBlocked most turns that may be detached from their loops at once
   * @param name prefix of the threads' names
   * @throws IOException if the system has no more pollers
   */
  public Loops(Sockets sockets, int count, int maxBlocked, String name) throws IOException {
    carriers = new CarrierPool(count, name);
    permits = new BlockingPermits(maxBlocked);
    watchdog = new Watchdog(carriers, permits, name + "-watchdog");
    for (int i = 0; i < count; i++) {
      loops.add(new EventLoop(sockets.poller(), carriers, watchdog));
    }
    for (EventLoop loop : loops) {
      carriers.drive(loop);
    }
    watchdog.watch(loops);
  }

  /** Returns the loop whose turn it is to take the next socket. */
  public EventLoop next() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  /** Returns every loop. */
  public List<EventLoop> all() {
    return List.copyOf(loops);
  }

  /** Returns the permits of turns that are detached from these loops. */
  public BlockingPermits permits() {
    return permits;
  }

  /**
   * Ends every loop once its tasks are done and no turn is detached any more; threads end when
   * their handlers return.
   */
  @Override
  public void close() {
    permits.lift();
    loops.forEach(EventLoop::stop);
    watchdog.end();
    carriers.stop();
  }
}
