package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.avaje.inject.spi.AvajeModule;
import io.avaje.inject.spi.Builder;
import io.tautline.boot.TautlineServer;
import io.tautline.endpoint.AvajeBeans;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application's beans end with their server, however that ends. */
class BeansEndTest {
  private static final AtomicInteger MADE = new AtomicInteger();
  private static final AtomicInteger ENDED = new AtomicInteger();

  /** What the bean closes at its end. */
  private static TautlineServer server;

  /** A bean. */
  public static final class Store {}

  /** What avaje-inject generates, by hand. */
  public static final class Module implements AvajeModule {
    @Override
    public Class<?>[] classes() {
      return new Class<?>[] {Store.class};
    }

    @Override
    public void build(Builder builder) {
      MADE.incrementAndGet();
      if (builder.isBeanAbsent(Store.class)) {
        builder.register(new Store());
        builder.addPreDestroy(
            () -> {
              ENDED.incrementAndGet();
              if (server != null) {
                server.close();
              }
            });
      }
    }
  }

  /** Finds the module. */
  private static final class WithModule extends ClassLoader {
    private final URL services;

    WithModule(Path directory) throws IOException {
      super(BeansEndTest.class.getClassLoader());
      Path file = directory.resolve("services");
      services = Files.writeString(file, Module.class.getName()).toUri().toURL();
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals("META-INF/services/io.avaje.inject.spi.InjectExtension")
          ? Collections.enumeration(List.of(services))
          : super.getResources(name);
    }
  }

  @TempDir private Path directory;

  @BeforeEach
  void begin() {
    MADE.set(0);
    ENDED.set(0);
    server = null;
  }

  private TautlineServer.Builder builder() throws IOException {
    return TautlineServer.builder()
        .port(0)
        .classLoader(new WithModule(directory))
        .endpoints(Endpoints.Echo.class);
  }

  private static void allHaveEnded() {
    assertThat(MADE.get()).isEqualTo(1);
    assertThat(ENDED.get()).isEqualTo(1);
  }

  @Test
  void theyEndIfTheServerCannotStart() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThatThrownBy(() -> builder().port(taken.getLocalPort()).start())
          .isInstanceOf(BindException.class);
    }
    allHaveEnded();
  }

  @Test
  void theyEndIfWhoeverClosesTheServerIsInterrupted() throws Exception {
    TautlineServer server = builder().start();
    try (JdkClient client = new JdkClient(server.port(), "/echo")) {
      client.send("a").expect("text a");
      Thread.currentThread().interrupt();
      server.close();
      assertThat(Thread.interrupted()).isTrue();
    }
    allHaveEnded();
  }

  @Test
  void oneMayCloseItsServer() throws Exception {
    server = builder().start();
    try (JdkClient client = new JdkClient(server.port(), "/echo")) {
      client.send("a").expect("text a");
      CompletableFuture.runAsync(server::close).get(30, TimeUnit.SECONDS);
    }
    allHaveEnded();
  }

  @Test
  void theyAreNotMadeAgainForThoseWhoAskLater() throws Exception {
    AvajeBeans beans = new AvajeBeans(new WithModule(directory));
    assertThat(beans.find(Store.class, null)).isPresent();
    beans.close();
    assertThat(beans.find(Store.class, null)).isEmpty();
    allHaveEnded();
  }
}
