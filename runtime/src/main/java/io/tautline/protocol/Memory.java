package io.tautline.protocol;

/** Bounds the memory that unfinished messages of many connections hold together. */
public interface Memory {
  /** Bounds nothing. */
  Memory UNBOUNDED = bytes -> true;

  /**
   * Takes some, or gives some back.
   *
   * @param bytes negative to give back
   * @return false if there is not so much left, and nothing was taken
   */
  boolean take(long bytes);
}
