package io.tautline.tests;

import io.tautline.boot.TautlineServer;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;

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
    ClassLoader own = Servers.class.getClassLoader();
    return TautlineServer.builder()
        .port(0)
        .classLoader(binding == Binding.GENERATED ? own : new WithoutIndex(own))
        .endpoints(endpoints)
        .start();
  }

  /** Hides the processor's index. */
  private static final class WithoutIndex extends ClassLoader {
    WithoutIndex(ClassLoader parent) {
      super(parent);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.endsWith("io.tautline.spi.EndpointBinder")
          ? Collections.emptyEnumeration()
          : super.getResources(name);
    }
  }
}
