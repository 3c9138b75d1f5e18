package io.tautline.connection;

import org.jspecify.annotations.Nullable;

/** Told once what became of something sent. */
@FunctionalInterface
public interface Completion {
  /**
   * Tells what became of it; must not block.
   *
   * @param failure null if every byte was given to the socket, else why some were not
   */
  void done(@Nullable Throwable failure);
}
