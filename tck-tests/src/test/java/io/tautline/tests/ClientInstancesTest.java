package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.boot.TautlineServer;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Classes that Tautline need not make instances of, and those that inherit what they are given. */
class ClientInstancesTest {
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  /** Is made by the test, which it belongs to. */
  @ClientEndpoint
  private final class Inner {
    private final String greeting;

    Inner(String greeting) {
      this.greeting = greeting;
    }

    @SuppressWarnings("unused") // as there is more than one
    Inner(int number) {
      this("number " + number);
    }

    @OnOpen
    void open(Session session) throws IOException {
      session.getBasicRemote().sendText(greeting);
    }

    @OnMessage
    void text(String text) {
      heard.add(text);
    }
  }

  private static URI uri(TautlineServer server, String path) {
    return URI.create("ws://localhost:" + server.port() + path);
  }

  @Test
  void whoeverConnectsAnInstanceMayMakeItAsHeLikes() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Endpoints.Echo.class)) {
      server.container().connectToServer(new Inner("hello"), uri(server, "/echo"));
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
      assertThatThrownBy(
              () -> server.container().connectToServer(Inner.class, uri(server, "/echo")))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining("[TL004] ClientInstancesTest.Inner cannot be instantiated.");
    }
  }

  /** Does not know what the variable is. */
  public abstract static class Base<T> {
    /** Is told it. */
    @OnMessage
    public String text(String text, @PathParam("id") T id) {
      return text + " " + id.getClass().getSimpleName() + " " + id;
    }
  }

  /** Knows it. */
  @ServerEndpoint("/generic/{id}")
  public static class Generic extends Base<Integer> {}

  /** Knows it too. */
  @io.tautline.Endpoint("/typed/{id}")
  public static class Typed extends Base<UUID> {}

  @ParameterizedTest
  @EnumSource(Binding.class)
  void aVariableOfThePathIsWhatTheSubclassSays(Binding binding) throws Exception {
    UUID id = new UUID(1, 2);
    try (TautlineServer server = Servers.start(binding, Generic.class, Typed.class);
        JdkClient generic = new JdkClient(server.port(), "/generic/7");
        JdkClient typed = new JdkClient(server.port(), "/typed/" + id)) {
      generic.send("x").expect("text x Integer 7");
      typed.send("y").expect("text y UUID " + id);
    }
  }
}
