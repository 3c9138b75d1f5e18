package io.tautline;

/**
 * What becomes of a message for a peer that takes its messages too slowly, so that as many wait as
 * may. Whoever sent a message that is dropped is told so, if it asked to be told.
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
  /** The sender waits, as long as the peer takes anything at all. */
  BLOCK
}
