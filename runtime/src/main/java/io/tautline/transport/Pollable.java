package io.tautline.transport;

import java.io.IOException;
import java.nio.channels.SelectionKey;

/**
 * What a {@link Poller} can wait for. Operations are those of {@link
 * java.nio.channels.SelectionKey}, also where there is none.
 */
public interface Pollable {
  /** Every operation there is. */
  int ALL_OPS =
      SelectionKey.OP_READ
          | SelectionKey.OP_WRITE
          | SelectionKey.OP_CONNECT
          | SelectionKey.OP_ACCEPT;

  /**
   * Has a loop wait for this from now on; on the loop, once.
   *
   * @param poller of the same {@link Sockets}
   * @param ops what to wait for first
   * @param served gets a turn when one of them is possible, or this has failed
   */
  void register(Poller poller, int ops, Served served) throws IOException;

  /**
   * Returns which operations were possible when it was waited for last; all of them if that is not
   * known, so that trying will tell why.
   */
  int readyOps();

  /**
   * Switches one operation that is waited for on or off; from any thread.
   *
   * @return whether that changed anything
   */
  boolean interest(int op, boolean on);
}
