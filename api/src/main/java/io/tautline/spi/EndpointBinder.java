package io.tautline.spi;

import io.tautline.model.EndpointModel;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint class made callable: what the annotation processor generates for each.
 *
 * <p>Found by {@link java.util.ServiceLoader}. Stateless; used by any number of threads.
 */
public interface EndpointBinder {
  /** Returns the endpoint class. */
  Class<?> type();

  /** Returns what the class declares. */
  EndpointModel model();

  /**
   * Makes an instance, for one connection.
   *
   * @param beans where its constructor's parameters come from
   */
  Object create(Beans beans) throws Exception;

  /**
   * Calls a callback.
   *
   * @param method index in {@link EndpointModel#methods}
   * @param endpoint an instance made by {@link #create}
   * @param in where the parameters come from
   * @return what the method returned; null for void
   * @throws Throwable what the method threw
   */
  @Nullable Object call(int method, Object endpoint, Invocation in) throws Throwable;
}
