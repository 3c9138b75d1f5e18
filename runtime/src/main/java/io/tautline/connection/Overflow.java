package io.tautline.connection;

/** What a message may do when as much waits for a peer as may. */
public enum Overflow {
  /** Nothing: it is not taken, {@link Sent#NO_ROOM}. */
  REFUSE,
  /** Push out those that have waited longest. */
  DROP_OLDEST,
  /** Take the place of one with the same key, whenever one waits; else push out the oldest. */
  COALESCE
}
