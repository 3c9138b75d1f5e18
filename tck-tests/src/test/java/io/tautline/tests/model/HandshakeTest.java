package io.tautline.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.Admission;
import io.tautline.Endpoint;
import io.tautline.Handshake;
import io.tautline.OnHandshake;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code @OnHandshake} and {@code Handshake}: who is let in, and what is known of them. */
class HandshakeTest {
  private static final BlockingQueue<String> CLOSED = new LinkedBlockingQueue<>();

  /** Lets in who has a token. */
  @Endpoint("/handshake/{room}")
  public static class Guarded {
    @OnHandshake
    CompletionStage<Admission> check(Handshake handshake, @PathParam("room") String room) {
      String token = handshake.bearerToken().orElse("");
      return switch (token) {
        case "good" ->
            CompletableFuture.supplyAsync(
                () ->
                    Admission.accept()
                        .header("X-Room", room)
                        .principal(() -> "Ann")
                        .attribute("since", 2026));
        case "slow" -> new CompletableFuture<>();
        case "failing" -> CompletableFuture.failedFuture(new IllegalStateException("database"));
        case "throwing" -> throw new IllegalStateException("bug");
        default ->
            CompletableFuture.completedFuture(
                Admission.reject(401).header("WWW-Authenticate", "Bearer").body("a token, please"));
      };
    }

    @OnMessage
    String message(String text, Session session, Handshake handshake) {
      return switch (text) {
        case "who" -> session.getUserPrincipal().getName();
        case "since" -> String.valueOf(session.getUserProperties().get("since"));
        case "cookie" -> handshake.cookie("b").orElse("none");
        case "query" -> handshake.query("q").orElse("none") + handshake.query().size();
        case "path" -> handshake.path() + handshake.pathParameters();
        case "header" -> handshake.header("x-own").orElse("none");
        case "locales" -> handshake.locales().toString();
        case "subprotocol" -> session.getNegotiatedSubprotocol();
        case "addresses" ->
            ((InetSocketAddress) handshake.localAddress()).getPort()
                + " "
                + ((InetSocketAddress) handshake.remoteAddress()).getAddress().isLoopbackAddress()
                + " "
                + handshake.certificates();
        default -> handshake.uri().toString();
      };
    }

    @OnClose
    void close(CloseReason reason, Handshake handshake) {
      CLOSED.add(handshake.path() + " " + handshake.remoteAddress().getClass().getSimpleName());
    }
  }

  /** Looks at the request only at the end. */
  @Endpoint("/late")
  public static class Late {
    @OnOpen
    String open() {
      return "open";
    }

    @OnClose
    void close(Handshake handshake) {
      CLOSED.add("late " + ((InetSocketAddress) handshake.remoteAddress()).getPort());
    }
  }

  @Test
  void theRequestIsKnownWhenTheConnectionIsLost() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Late.class);
        JdkClient client = new JdkClient(server.port(), "/late")) {
      client.expect("text open");
      client.socket().abort();
      assertThat(CLOSED.poll(10, TimeUnit.SECONDS)).startsWith("late ");
    }
  }

  /** A Jakarta endpoint does the same. */
  @ServerEndpoint("/jakarta")
  public static class Jakarta {
    @OnHandshake
    public Admission check(Handshake handshake) {
      return handshake.query("in").isPresent() ? Admission.accept() : Admission.reject(418);
    }

    @OnOpen
    public void open(Session session, Handshake handshake) {
      session.getAsyncRemote().sendText(handshake.query("in").orElse(""));
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void whoIsLetInIsKnownToEveryCallback(Binding binding) throws Exception {
    Map<String, String> headers =
        Map.of(
            "Authorization", "Bearer good",
            "Cookie", "a=1; b=\"two\"; c",
            "X-Own", "mine",
            "Accept-Language", "de-CH, en;q=0.5, *;q=0.1");
    try (TautlineServer server = Servers.start(binding, Guarded.class)) {
      try (JdkClient client =
          new JdkClient(server.port(), "/handshake/caf%C3%A9?q=a%20b&r", headers)) {
        client.send("who").expect("text Ann");
        client.send("since").expect("text 2026");
        client.send("cookie").expect("text two");
        client.send("query").expect("text a b2");
        client.send("path").expect("text /handshake/café{room=café}");
        client.send("header").expect("text mine");
        client.send("locales").expect("text [de_CH, en]");
        client.send("addresses").expect("text " + server.port() + " true []");
        client.send("uri");
        assertThat(client.next()).endsWith("/handshake/caf%C3%A9?q=a%20b&r");
      }
      assertThat(CLOSED.poll(10, TimeUnit.SECONDS)).isEqualTo("/handshake/café InetSocketAddress");
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void whoIsNotGetsStatusHeadersAndBody(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Guarded.class, Jakarta.class)) {
      HttpResponse<?> answer = JdkClient.refusal(server.port(), "/handshake/a", Map.of());
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
      assertThat(answer.headers().firstValue("Content-Length")).hasValue("15");
      for (String token : new String[] {"failing", "throwing"}) {
        assertThat(
                JdkClient.refusal(
                        server.port(), "/handshake/a", Map.of("Authorization", "Bearer " + token))
                    .statusCode())
            .isEqualTo(500);
      }
      assertThat(JdkClient.refusal(server.port(), "/jakarta", Map.of()).statusCode())
          .isEqualTo(418);
      try (JdkClient client = new JdkClient(server.port(), "/jakarta?in=yes")) {
        client.expect("text yes");
      }
    }
  }

  @Test
  void aBrowsersTokenComesAsASubprotocolAndIsNotEchoed() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Guarded.class);
        JdkClient client = new JdkClient(server.port(), "/handshake/a", "bearer", "good")) {
      assertThat(client.socket().getSubprotocol()).isEqualTo("bearer");
      client.send("who").expect("text Ann");
    }
  }

  @Test
  void aDecisionThatTakesTooLongIs503() throws Exception {
    try (TautlineServer server =
        TautlineServer.builder()
            .port(0)
            .limits(Limits.builder().handshakeTimeout(Duration.ofMillis(300)).build())
            .endpoints(Guarded.class)
            .start()) {
      assertThat(
              JdkClient.refusal(
                      server.port(), "/handshake/a", Map.of("Authorization", "Bearer slow"))
                  .statusCode())
          .isEqualTo(503);
    }
  }
}
