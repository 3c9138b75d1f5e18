package io.tautline.samples.pipe;

/** What becomes of a client for which more waits than {@code --max-queue} allows. */
enum SlowClients {
  /** It is closed with 1008. */
  CLOSE,
  /** It misses messages. */
  DROP,
  /** Everyone waits, the program that writes included, for 20 seconds; then it is closed. */
  WAIT
}
