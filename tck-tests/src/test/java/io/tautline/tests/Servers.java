package io.tautline.tests;

import io.tautline.boot.TautlineServer;
import io.tautline.container.TautlineContainer;
import io.tautline.endpoint.ReflectiveBinder;

/** Ways to start a server for a test. */
public final class Servers {
  /** How endpoint classes become callable. */
  public enum Binding {
    /** By the binders that the processor generated. */
    GENERATED,
    /** By reflection, as if the processor had been switched off. */
    REFLECTIVE
  }

  private Servers() {}

  /** Starts a server with these endpoints, bound in that way. */
  public static TautlineServer start(Binding binding, Class<?>... endpoints) throws Exception {
    boolean generated = binding == Binding.GENERATED;
    TautlineServer server =
        TautlineServer.builder().port(0).endpoints(generated ? endpoints : new Class<?>[0]).start();
    try {
      if (!generated) {
        for (Class<?> endpoint : endpoints) {
          ((TautlineContainer) server.container()).deploy(ReflectiveBinder.of(endpoint));
        }
      }
      return server;
    } catch (Exception e) {
      server.close();
      throw e;
    }
  }
}
