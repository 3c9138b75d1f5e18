package io.tautline.spi;

import org.jspecify.annotations.Nullable;

/** Where the parameters of constructors come from: a dependency injection library, adapted. */
public interface Beans {
  /**
   * Returns the bean of a type.
   *
   * @param name its {@code @Named}, or null for any
   * @throws RuntimeException if there is no such bean or it cannot be made
   */
  <T> T get(Class<T> type, @Nullable String name);
}
