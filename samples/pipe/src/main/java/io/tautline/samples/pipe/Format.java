package io.tautline.samples.pipe;

/** How packets lie in a pipe. */
enum Format {
  /** What is written at once is a message; out come payloads, one behind the other. */
  RAW,
  /** A line is a message; out come payloads, each followed by a newline. */
  LINES,
  /** Four bytes of length, big-endian, then the payload. */
  LENGTHS,
  /** Twelve bytes of client, type and length, big-endian, then the payload. */
  STRICT
}
