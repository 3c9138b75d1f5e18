package io.tautline.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.Compression;
import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DecodeException;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code @Endpoint}: messages by type, typed paths, answers of every kind, errors by type. */
@ParameterizedClass
@EnumSource(Binding.class)
class TypedEndpointTest {
  /** What people draw. */
  public sealed interface Drawing {
    /** A dot. */
    record Dot(int x) implements Drawing {}

    /** A line. */
    record Line(int from, int to) implements Drawing {}
  }

  /** Stands alone. */
  public record Erase(String what) {}

  /** Sent back. */
  public record Done(String what) {}

  /** Takes three types of messages in two methods. */
  @Endpoint("/typed/board")
  public static class Board {
    @OnMessage
    Done draw(Drawing drawing) {
      if (drawing instanceof Drawing.Dot dot && dot.x() < 0) {
        throw new IllegalArgumentException("left of the board");
      }
      return new Done(drawing.toString());
    }

    @OnMessage
    CompletionStage<Done> erase(Erase erase) {
      return switch (erase.what()) {
        case "later" ->
            CompletableFuture.supplyAsync(
                () -> new Done("erased"),
                CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
        case "never" ->
            CompletableFuture.supplyAsync(
                () -> {
                  throw new IllegalStateException("never");
                });
        case "nothing" -> CompletableFuture.completedFuture(null);
        default -> CompletableFuture.completedFuture(new Done("at once"));
      };
    }

    @OnError
    Done wrong(IllegalArgumentException e) {
      return new Done("wrong: " + e.getMessage());
    }

    @OnError
    void undecodable(DecodeException e, Session session) throws IOException {
      session.getBasicRemote().sendText("undecodable: " + e.getMessage());
    }

    @OnError
    Done any(Throwable t) {
      return new Done("any: " + t.getMessage());
    }
  }

  /** No error handler. */
  @Endpoint("/typed/strict")
  public static class Strict {
    @OnMessage
    void dot(Drawing.Dot dot) {}

    @OnMessage
    void erase(Erase erase) {}
  }

  /** An enum in a path. */
  public enum Color {
    RED,
    BLUE
  }

  /** Read by its constructor. */
  public record Version(String text) {}

  /** Read by its factory. */
  public static final class Money {
    private final long cents;

    private Money(long cents) {
      this.cents = cents;
    }

    /** Reads {@code 1.50}. */
    public static Money valueOf(String text) {
      return new Money(Math.round(Double.parseDouble(text) * 100));
    }
  }

  /** Everything that a path may hold. */
  @Endpoint("/typed/path/{id}/{color}/{version}/{money}/{n}")
  public static class Paths {
    @OnOpen
    String open(
        @PathParam("id") UUID id,
        @PathParam("color") Color color,
        @PathParam("version") Version version,
        @PathParam("money") Money money,
        @PathParam("n") int n) {
      return id + " " + color + " " + version.text() + " " + money.cents + " " + n;
    }
  }

  /** Says what its settings are. */
  @Endpoint(
      value = "/typed/set",
      maxMessageBytes = 10,
      idleTimeoutMillis = 60_000,
      compression = Compression.OFF,
      allowedOrigins = "https://friend.example")
  public static class Set {
    @OnMessage
    String text(String text, Session session) {
      return session.getMaxTextMessageBufferSize() + " " + session.getMaxIdleTimeout();
    }
  }

  private final Binding binding;
  private TautlineServer server;

  TypedEndpointTest(Binding binding) {
    this.binding = binding;
  }

  @BeforeEach
  void start() throws Exception {
    server = Servers.start(binding, Board.class, Strict.class, Paths.class, Set.class);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private JdkClient connect(String path) {
    return new JdkClient(server.port(), path);
  }

  @Test
  void eachTypeGoesToItsMethod() throws Exception {
    try (JdkClient client = connect("/typed/board")) {
      client.send("{\"type\":\"dot\",\"x\":1}").expect("text {\"what\":\"Dot[x=1]\"}");
      client
          .send("{\"from\":1,\"deep\":{\"type\":\"dot\"},\"to\":2,\"type\":\"line\"}")
          .expect("text {\"what\":\"Line[from=1, to=2]\"}");
      client.send("{\"type\":\"erase\",\"what\":\"all\"}").expect("text {\"what\":\"at once\"}");
    }
  }

  @Test
  void aStageIsAnsweredWhenItCompletes() throws Exception {
    try (JdkClient client = connect("/typed/board")) {
      client.send("{\"type\":\"erase\",\"what\":\"later\"}");
      client.send("{\"type\":\"erase\",\"what\":\"all\"}").expect("text {\"what\":\"at once\"}");
      client.expect("text {\"what\":\"erased\"}");
      client.send("{\"type\":\"erase\",\"what\":\"nothing\"}");
      client.send("{\"type\":\"erase\",\"what\":\"never\"}");
      client.expect("text {\"what\":\"any: never\"}");
    }
  }

  @Test
  void theHandlerClosestToAnErrorTakesIt() throws Exception {
    try (JdkClient client = connect("/typed/board")) {
      client
          .send("{\"type\":\"dot\",\"x\":-1}")
          .expect("text {\"what\":\"wrong: left of the board\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"circle\"}| an unknown type; this endpoint takes dot, erase, line",
        "{\"x\":1}| no type; this endpoint takes dot, erase, line",
        "[1]| no type; this endpoint takes dot, erase, line",
        "{\"type\":7}| no type; this endpoint takes dot, erase, line"
      })
  void aMessageOfNoKnownTypeIsADecodeException(String line) throws Exception {
    String message = line.substring(0, line.indexOf('|'));
    try (JdkClient client = connect("/typed/board")) {
      client
          .send(message)
          .expect("text undecodable: message with" + line.substring(line.indexOf('|') + 1));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"dot\",\"x\":\"one\"}",
        "{\"type\":\"dot\",\"x\":",
        "{\"type\":\"x\"}"
      })
  void whatNobodyHandlesClosesWith1007(String message) throws Exception {
    try (JdkClient client = connect("/typed/strict")) {
      client.send(message).expect("close 1007 message could not be decoded");
    }
  }

  @Test
  void pathVariablesHaveTypes() throws Exception {
    UUID id = UUID.randomUUID();
    try (JdkClient client = connect("/typed/path/" + id + "/BLUE/v1/1.50/7")) {
      client.expect("text " + id + " BLUE v1 150 7");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x/BLUE/v1/1/7",
        "00000000-0000-0000-0000-000000000000/GREEN/v1/1/7",
        "00000000-0000-0000-0000-000000000000/RED/v1/much/7",
        "00000000-0000-0000-0000-000000000000/RED/v1/1/seven"
      })
  void aPathThatCannotBeReadIs404(String rest) {
    assertThat(JdkClient.refusal(server.port(), "/typed/path/" + rest, Map.of()).statusCode())
        .isEqualTo(404);
  }

  @Test
  void settingsHold() throws Exception {
    try (JdkClient client = connect("/typed/set")) {
      client.send("0123456789").expect("text 10 60000");
      client.send("01234567890");
      assertThat(client.next()).startsWith("close " + CloseReason.CloseCodes.TOO_BIG.getCode());
    }
    new JdkClient(server.port(), "/typed/set", Map.of("Origin", "https://friend.example")).close();
    assertThat(
            JdkClient.refusal(
                    server.port(), "/typed/set", Map.of("Origin", "https://other.example"))
                .statusCode())
        .isEqualTo(403);
  }
}
