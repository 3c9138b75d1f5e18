package io.tautline;

/**
 * What becomes of a message for a peer that takes its messages too slowly, so that as many wait as
 * may. Whoever sent a message that is dropped is told so, if it asked to be told.
 *
 * <p>Only whole messages of which nothing has been sent yet are dropped, and none that was
 * compressed together with those before it (context takeover): for such a peer the new message is
 * dropped.
 */
public enum SlowConsumer {
  /** The peer is closed with 1008: it cannot miss a message without noticing. */
  CLOSE,
  /** The messages that have waited longest are dropped. */
  DROP_OLDEST,
  /** The new message is dropped. */
  DROP_NEW,
  /**
   * The new message takes the place of one that waits and has the same key, see {@link Coalesced};
   * that is dropped. If there is none, the oldest is dropped.
   */
  COALESCE,
  /**
   * Whoever sends to a room waits, as long as the peer takes anything at all; an asynchronous send
   * that would have to wait fails.
   */
  BLOCK
}
