package io.tautline.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.boot.TautlineServer;
import io.tautline.container.TautlineContainer;
import io.tautline.tests.Servers;
import io.tautline.tests.Sources;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Chapters 5.2 and 6.2: what is deployed, what is refused, what becomes of errors. */
class DeploymentConformanceTest {
  /** An annotated endpoint. */
  @ServerEndpoint("/conformance/one")
  public static class One {
    @OnMessage
    public String message(String text) {
      if (text.equals("fail")) {
        throw new IllegalStateException("nobody handles this");
      }
      return "one " + text;
    }
  }

  /** Another. */
  @ServerEndpoint("/conformance/two")
  public static class Two {
    @OnMessage
    public String message(String text) {
      return "two " + text;
    }
  }

  /** A programmatic one. */
  public static class Three extends Endpoint {
    @Override
    public void onOpen(Session session, EndpointConfig config) {
      session.getAsyncRemote().sendText("three", sent -> {});
    }
  }

  /** Its error handler fails too. */
  public static class Hopeless extends Endpoint {
    @Override
    public void onOpen(Session session, EndpointConfig config) {
      throw new IllegalStateException("cannot open");
    }

    @Override
    public void onError(Session session, Throwable error) {
      throw new IllegalStateException("cannot even fail");
    }
  }

  /** Chooses the first annotated endpoint. */
  public static class ChoosesOne implements ServerApplicationConfig {
    @Override
    public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> found) {
      Log.add("given " + found.size() + " programmatic");
      return Set.of();
    }

    @Override
    public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> found) {
      Log.add("given " + found.size() + " annotated");
      return Set.of(One.class);
    }
  }

  /** Chooses the programmatic endpoint. */
  public static class ChoosesThree implements ServerApplicationConfig {
    @Override
    public Set<ServerEndpointConfig> getEndpointConfigs(Set<Class<? extends Endpoint>> found) {
      return Set.of(ServerEndpointConfig.Builder.create(Three.class, "/three").build());
    }

    @Override
    public Set<Class<?>> getAnnotatedEndpointClasses(Set<Class<?>> found) {
      return Set.of();
    }
  }

  /** A client that does not say so. */
  public static class Unmarked {}

  /** A client that listens to nothing. */
  @ClientEndpoint
  public static class Client {}

  private static TautlineServer empty() throws Exception {
    return TautlineServer.builder().port(0).endpoints().start();
  }

  private static void deploy(TautlineServer server, Class<?>... scanned) throws Exception {
    ((TautlineContainer) server.container())
        .deployApplication(new LinkedHashSet<>(List.of(scanned)));
  }

  private static void served(TautlineServer server, String path, String first) throws Exception {
    try (Peer peer = Peer.connect(server, path)) {
      if (!first.equals("three")) {
        peer.send("x");
      }
      peer.expect(first);
    }
  }

  private static void notServed(TautlineServer server, String path) {
    assertThatThrownBy(() -> Peer.connect(server, path))
        .isInstanceOf(DeploymentException.class)
        .hasMessageContaining("404");
  }

  @Test
  @Asserts({"WSC-6.2-1", "WSC-6.2-3"})
  void withoutAConfigEveryAnnotatedEndpointIsDeployed() throws Exception {
    try (TautlineServer server = empty()) {
      deploy(server, One.class, Two.class, Three.class);
      served(server, "/conformance/one", "one x");
      served(server, "/conformance/two", "two x");
      notServed(server, "/three");
    }
  }

  @Test
  @Asserts({"WSC-6.2-2", "WSC-6.2-4", "WSC-6.2-5"})
  void whatTheConfigsChooseTogetherIsDeployed() throws Exception {
    Log.clear();
    try (TautlineServer server = empty()) {
      deploy(server, One.class, Two.class, Three.class, ChoosesOne.class, ChoosesThree.class);
      Log.expect("given 2 annotated");
      Log.expect("given 1 programmatic");
      served(server, "/conformance/one", "one x");
      served(server, "/three", "three");
      notServed(server, "/conformance/two");
    }
  }

  @Test
  @Asserts({"WSC-5.2.1-2", "WSC-5.2.1-3", "WSC-5.2.1-5", "WSC-4.1.1-4", "TRAP-2"})
  void aRefusedApplicationServesNothingNowOrLater() throws Exception {
    try (TautlineServer server = empty()) {
      deploy(server, One.class);
      served(server, "/conformance/one", "one x");
      assertThatThrownBy(() -> server.container().addEndpoint(One.class))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining("both served at \"/conformance/one\". Change the path of one.");
      notServed(server, "/conformance/one");
      assertThatThrownBy(() -> server.container().addEndpoint(Two.class))
          .isInstanceOf(DeploymentException.class);
      notServed(server, "/conformance/two");
    }
  }

  @Test
  @Asserts({"WSC-5.2.1-4", "TRAP-3"})
  void aClientThatIsNoneIsADeploymentException() throws Exception {
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED, Two.class)) {
      URI uri = URI.create("ws://localhost:" + server.port() + "/conformance/two");
      var container = ContainerProvider.getWebSocketContainer();
      assertThatThrownBy(() -> container.connectToServer(Unmarked.class, uri))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining("Annotate it");
      assertThatThrownBy(() -> container.connectToServer(new Two(), uri))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining("is no client. Annotate it @ClientEndpoint.");
      Class<?> twoHandlers =
          Sources.compile(
              "app.Two",
              """
              package app;
              import jakarta.websocket.*;
              @ClientEndpoint public class Two extends One { @OnMessage public void b(int i) {} }
              abstract class One { @OnMessage public void a(String s) {} }
              """);
      assertThatThrownBy(() -> container.connectToServer(twoHandlers, uri))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining("two @OnMessage methods for text messages");
      container.connectToServer(Client.class, uri).close();
    }
  }

  @Test
  @Asserts({"WSC-5.2.2-1", "WSC-5.2.2-3", "WSC-5.2.2-4"})
  void errorsThatNobodyHandlesAreLoggedAndEndTheSessionAlone() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(line.getMessage() + " " + line.getThrown());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("io.tautline.container");
    logger.addHandler(handler);
    try (TautlineServer server = empty()) {
      deploy(server, One.class);
      server
          .container()
          .addEndpoint(ServerEndpointConfig.Builder.create(Hopeless.class, "/hopeless").build());
      Peer neighbour = Peer.connect(server, "/conformance/one");
      Peer peer = Peer.connect(server, "/conformance/one");
      peer.send("fail").expect("close 1011");
      Peer.connect(server, "/hopeless").expect("close 1011");
      neighbour.send("still").expect("one still");
      assertThat(lines)
          .anyMatch(line -> line.contains("nobody handles this"))
          .anyMatch(line -> line.contains("cannot open"))
          .anyMatch(line -> line.contains("cannot even fail"));
    } finally {
      logger.removeHandler(handler);
    }
  }
}
