package io.tautline.spi;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the parameters of constructors come from: a dependency injection library, adapted.
 *
 * <p>With Guice, for example:
 *
 * <pre>{@code
 * record GuiceBeans(Injector injector) implements Beans {
 *   public <T> Optional<T> find(Class<T> type, String name) {
 *     Key<T> key = name == null ? Key.get(type) : Key.get(type, Names.named(name));
 *     return injector.getExistingBinding(key) == null
 *         ? Optional.empty()
 *         : Optional.of(injector.getInstance(key));
 *   }
 * }
 * }</pre>
 */
public interface Beans {
  /**
   * Returns the bean of a type, or nothing if there is none. Called at deployment, at each
   * handshake, and by any number of threads.
   *
   * @param name its {@code @Named}, or null for any
   * @throws RuntimeException if there is one but it cannot be made
   */
  <T> Optional<T> find(Class<T> type, @Nullable String name);

  /**
   * Returns the bean of a type.
   *
   * @throws java.util.NoSuchElementException if there is none; says how to make one
   */
  default <T> T get(Class<T> type, @Nullable String name) {
    return find(type, name)
        .orElseThrow(
            () ->
                new java.util.NoSuchElementException(
                    "no bean of type "
                        + type.getName()
                        + (name == null ? "" : " named " + name)
                        + ". Annotate a class @Singleton or @ConnectionScoped, or give the server"
                        + " other beans."));
  }
}
