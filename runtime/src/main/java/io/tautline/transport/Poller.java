package io.tautline.transport;

import java.io.IOException;
import java.util.List;

/** Waits until sockets are ready, for one loop; used by its driver only, but for one method. */
public interface Poller {
  /**
   * Waits until something registered is ready, asks for a turn of it, and returns.
   *
   * @param millis most to wait; 0 for not at all, -1 for as long as it takes
   */
  void poll(long millis) throws IOException;

  /** Makes {@link #poll} return; from any thread. */
  void wakeup();

  /** Returns what is registered and not closed. */
  List<Served> registered();

  /**
   * Replaces the system's part of it by a new one and registers everything again, after {@link
   * #poll} has failed. If this fails too, everything is as before, and it may be tried again.
   */
  void reopen() throws IOException;

  /** Makes sure of what has been asked for, after {@link #poll} has failed half way. */
  void remind();

  /** Lets go of the system's part of it. */
  void close() throws IOException;
}
