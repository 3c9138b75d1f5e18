package io.tautline.tests;

import io.tautline.boot.TautlineServer;
import io.tautline.spi.Beans;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Constructors get their parameters; each connection gets its own endpoint. */
class InjectionTest {
  /** The SPI in full: another library than avaje-inject is adapted in ten lines. */
  private static final class Fixed implements Beans {
    @Override
    public <T> T get(Class<T> type, @Nullable String name) {
      Object bean = type == StringBuilder.class ? new StringBuilder("any") : "named " + name;
      return type.cast(bean);
    }
  }

  @Test
  void parametersAreInjectedByTypeAndNameIntoOneInstanceForEachConnection() throws Exception {
    try (TautlineServer server =
            TautlineServer.builder()
                .port(0)
                .beans(new Fixed())
                .endpoints(Endpoints.Injected.class)
                .start();
        JdkClient one = new JdkClient(server.port(), "/injected");
        JdkClient two = new JdkClient(server.port(), "/injected", "v3", "v2", "v1")) {
      one.send("").expect("text any named second 1 ");
      one.send("").expect("text any named second 2 ");
      two.send("").expect("text any named second 1 v2");
    }
  }
}
