package io.tautline.transport;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A fixed number of loops, their carriers and their watchdog. */
public final class Loops implements AutoCloseable {
  private final List<EventLoop> loops = new ArrayList<>();
  private final CarrierPool carriers;
  private final Watchdog watchdog;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * Starts the loops.
   *
   * @param sockets the way of every socket that will be registered
   * @param count how many, at least 1
   * @param maxCarriers most threads, those that handlers hold included
   * @param name prefix of the threads' names
   * @throws IOException if the system has no more pollers
   */
  public Loops(Sockets sockets, int count, int maxCarriers, String name) throws IOException {
    carriers = new CarrierPool(count, maxCarriers, name);
    watchdog = new Watchdog(carriers, name + "-watchdog");
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

  /** Ends every loop once its tasks are done; threads end when their handlers return. */
  @Override
  public void close() {
    loops.forEach(EventLoop::stop);
    watchdog.end();
    carriers.stop();
  }
}
