package io.tautline.tests;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What reaches the log, and what never does. */
class LogTest {
  private final CapturedLog log = new CapturedLog();

  @AfterEach
  void stop() {
    log.close();
  }

  @Test
  void malformedJsonIsLoggedByEndpointMethodAndPlaceNeverByPayload() throws Exception {
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED, Endpoints.Shapes.class)) {
      try (JdkClient client = new JdkClient(server.port(), "/shapes")) {
        client.send("{\"type\":\"circle\",\"radius\":\"secret\"}");
        client.expect("close 1007 message could not be decoded");
      }
    }
    assertThat(log.lines())
        .contains(
            "INFO messages that could not be decoded; see DEBUG for where: 1 since the last report")
        .anyMatch(
            line ->
                line.startsWith(
                    "FINE Endpoints.Shapes.shape(Shape) refused:"
                        + " malformed JSON message at line 1, column 27 ($.radius), in session "))
        .noneMatch(line -> line.contains("secret"));
  }

  @Test
  void warningsAboutAnEndpointAreLoggedAtDeployment() throws Exception {
    Class<?> idle =
        Sources.compile("app.E", "package app; @io.tautline.Endpoint(\"/e\") class E {}");
    TautlineServer.builder().port(0).endpoints(idle).start().close();
    assertThat(log.lines())
        .anyMatch(line -> line.startsWith("WARNING app.E: [TL007] E is told nothing: none of its"));
  }

  private void logged(String what) {
    await()
        .untilAsserted(
            () ->
                assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("FINE") && line.contains(what)));
  }

  private static TautlineServer bounded(Limits.Builder limits) throws Exception {
    return TautlineServer.builder()
        .port(0)
        .endpoints(Endpoints.Echo.class)
        .limits(limits.build())
        .start();
  }

  @Test
  void whoHitsALimitIsLoggedWithItsName() throws Exception {
    Limits.Builder one = Limits.builder().maxConnections(1).maxTextBytes(100);
    try (TautlineServer server = bounded(one);
        JdkClient client = new JdkClient(server.port(), "/echo")) {
      try (Socket second = new Socket("localhost", server.port())) {
        assertThat(second.isConnected()).isTrue();
        logged("too many connections (maxConnections)");
      }
      client.socket().sendText("x".repeat(101), true);
      logged("message longer than 100 bytes (maxTextBytes)");
    }
    try (TautlineServer server =
            bounded(Limits.builder().handshakeTimeout(Duration.ofMillis(300)));
        Socket slow = new Socket("localhost", server.port())) {
      assertThat(slow.isConnected()).isTrue();
      logged("no request within the time for a handshake (handshakeTimeout)");
    }
    try (TautlineServer server = bounded(Limits.builder());
        Socket endless = new Socket("localhost", server.port())) {
      endless
          .getOutputStream()
          .write(("GET /" + "x".repeat(5000) + " HTTP/1.1\r\n\r\n").getBytes(US_ASCII));
      logged("request target longer than 4096 bytes (maxTargetBytes)");
    }
    Limits.Builder deaf =
        Limits.builder().pingInterval(Duration.ofMillis(100)).deadAfter(Duration.ofMillis(500));
    try (TautlineServer server = bounded(deaf);
        Socket silent = new Socket("localhost", server.port())) {
      String request =
          "GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
      silent.getOutputStream().write(request.getBytes(US_ASCII));
      logged("nothing heard for 500 ms (deadAfter)");
    }
  }

  @Test
  void peersAreNeverLoggedAboveDebug() throws Exception {
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED, Endpoints.Echo.class)) {
      for (int i = 0; i < 3; i++) {
        new JdkClient(server.port(), "/echo").close();
      }
      try (JdkClient client = new JdkClient(server.port(), "/echo")) {
        client.socket().sendText("x".repeat((1 << 20) + 1), true).join();
        client.next();
      }
    }
    assertThat(log.lines())
        .isNotEmpty()
        .allMatch(
            line ->
                line.startsWith("FINE")
                    || line.equals(
                        "INFO peers hit the limit maxTextBytes (the server's is 1 MiB):"
                            + " 1 since the last report"));
  }
}
