package io.tautline;

/** Whether an endpoint compresses its messages, if the client offers to (RFC 7692). */
public enum Compression {
  /** As the server is set. */
  AS_SERVER,
  /** Also where the server does not. */
  ON,
  /** Never: for messages that mix secrets with what others may choose, or that are small. */
  OFF
}
