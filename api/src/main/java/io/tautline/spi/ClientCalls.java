package io.tautline.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the implementation of an {@link io.tautline.EndpointClient} interface calls. */
public interface ClientCalls {
  /**
   * Does what a method of the interface is for.
   *
   * @param method its index in {@link io.tautline.model.EndpointModel#methods}
   * @param argument the message, or the consumer
   * @param patience how long to wait for an answer; null if the method does not say
   * @return what the method returns; null for one that returns nothing
   */
  @Nullable Object call(int method, Object argument, @Nullable Duration patience);

  /** Ends the connection. */
  void close();
}
