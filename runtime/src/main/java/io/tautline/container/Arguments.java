package io.tautline.container;

import org.jspecify.annotations.Nullable;

/** Checks of what an application passes in, as Jakarta WebSocket wants them. */
final class Arguments {
  private Arguments() {}

  /** Returns the argument; a null is an {@link IllegalArgumentException} in this API. */
  static <T> T required(@Nullable T argument) {
    if (argument == null) {
      throw new IllegalArgumentException("the argument is null");
    }
    return argument;
  }
}
