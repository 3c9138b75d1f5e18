package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.Tautline;
import io.tautline.boot.TautlineServer;
import io.tautline.container.TautlineContainer;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application that chooses by itself what is served (Jakarta WebSocket §6.2). */
class ServerApplicationTest {
  @TempDir private Path folder;

  /** Is chosen. */
  @ServerEndpoint("/chosen")
  public static class Chosen {
    @OnMessage
    public String text(String text) {
      return text;
    }
  }

  /** Is not. */
  @ServerEndpoint("/left")
  public static class Left {}

  /** Has a path by its configuration only. */
  public static class Programmatic extends Endpoint {
    @Override
    public void onOpen(Session session, EndpointConfig config) {
      session.addMessageHandler(String.class, text -> session.getAsyncRemote().sendText(text));
    }
  }

  /** Chooses. */
  public static class Config implements ServerApplicationConfig {
    @Override
    public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> found) {
      return Set.of(
          ServerEndpointConfig.Builder.create(
                  Programmatic.class, "/programmatic/" + found.contains(Programmatic.class))
              .build());
    }

    @Override
    public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> found) {
      return Set.of(Chosen.class);
    }
  }

  /** Serves whatever is found. */
  public static final class Main {
    private Main() {}

    /** Tells the port. */
    public static void main(String[] args) throws Exception {
      try (TautlineServer server = Tautline.serve(0)) {
        System.out.println("port " + server.port());
        server.join();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatItChoosesIsServedAndNothingElse(boolean indexed) throws Exception {
    Application application =
        new Application(
            folder,
            ServerApplicationTest.class,
            Chosen.class,
            Left.class,
            Programmatic.class,
            Config.class,
            Main.class);
    if (indexed) { // as the processor does it, so that there is no scan
      application.write("META-INF/services/io.tautline.spi.EndpointBinder");
      application.write(
          "META-INF/services/" + ServerApplicationConfig.class.getName(),
          Config.class.getName().getBytes(StandardCharsets.UTF_8));
    }
    Process process = application.start(Main.class);
    try (BufferedReader said = process.inputReader()) {
      StringBuilder all = new StringBuilder();
      String line = said.readLine();
      while (line != null && !line.startsWith("port ")) {
        all.append(line).append('\n');
        line = said.readLine();
      }
      assertThat(line).as(all.toString()).isNotNull();
      int port = Integer.parseInt(line.substring(5));
      for (String path : Set.of("/chosen", "/programmatic/true")) {
        try (JdkClient client = new JdkClient(port, path)) {
          client.send(path).expect("text " + path);
        }
      }
      assertThat(JdkClient.refusal(port, "/left", Map.of()).statusCode()).isEqualTo(404);
    } finally {
      process.toHandle().destroyForcibly();
      process.waitFor();
    }
  }

  /** An annotated endpoint that extends {@link Endpoint} too. */
  @ServerEndpoint("/annotated-subclass")
  public static class Both extends Endpoint {
    @Override
    @OnOpen
    public void onOpen(Session session, EndpointConfig config) {
      session.getAsyncRemote().sendText("open");
    }
  }

  /** Chooses what is annotated, and makes nothing of the others. */
  public static class Annotated implements ServerApplicationConfig {
    @Override
    public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> found) {
      return Set.of();
    }

    @Override
    public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> found) {
      return found;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAnnotatedClassThatExtendsEndpointIsServedAsAnnotated(boolean chosen) throws Exception {
    try (TautlineServer server = TautlineServer.builder().port(0).endpoints().start()) {
      ((TautlineContainer) server.container())
          .deployApplication(chosen ? Set.of(Both.class, Annotated.class) : Set.of(Both.class));
      try (JdkClient client = new JdkClient(server.port(), "/annotated-subclass")) {
        client.expect("text open");
      }
    }
  }
}
