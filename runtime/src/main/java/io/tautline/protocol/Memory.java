package io.tautline.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Bounds the memory that unfinished messages of many connections hold together; may keep some for
 * the next.
 */
public interface Memory {
  /** Bounds nothing. */
  Memory UNBOUNDED = bytes -> true;

  /** Shorter messages than that take new memory, which costs less than to look for another. */
  int SPARE_BYTES = 128 * 1024;

  /**
   * Takes some, or gives some back.
   *
   * @param bytes negative to give back
   * @return false if there is not so much left, and nothing was taken
   */
  boolean take(long bytes);

  /**
   * Takes an array that someone has given back, with anything in it.
   *
   * @return null if there is none that long, or not so much left
   */
  default byte @Nullable [] spare(int bytes) {
    return null;
  }

  /** Gives back an array whose bytes were taken, for {@link #spare} or to be forgotten. */
  default void giveBack(byte[] array) {
    take(-array.length);
  }
}
