package io.tautline.connection;

/** What became of a frame given to a connection. */
public enum Sent {
  /** It is on its way, or has failed; its completion tells. */
  ON_ITS_WAY,
  /** It waits for what may follow, as the first of it, until {@link Outbound#sendParcelOff}. */
  IN_A_PARCEL,
  /** It waits until someone else's message has been sent to its end; its completion tells. */
  HELD,
  /** Someone else is in the middle of a message, and a part cannot wait; nothing was taken. */
  NOT_YOUR_TURN,
  /** The peer takes its messages too slowly and the queue is full; nothing was taken. */
  NO_ROOM
}
