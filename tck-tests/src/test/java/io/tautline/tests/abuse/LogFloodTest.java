package io.tautline.tests.abuse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.deflate.DeflateOptions;
import io.tautline.tests.CapturedLog;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A peer, in either role, can make nothing appear in the log above DEBUG but one line a minute for
 * each kind of what it did.
 */
class LogFloodTest {
  private static final int TIMES = 3;

  /** Asserts that whatever is above DEBUG is a report, and each kind of them is there once. */
  private static void onlyReports(CapturedLog log) {
    List<String> reports = log.aboveDebug();
    assertThat(reports).allMatch(line -> line.startsWith("INFO ") && line.contains("last report"));
    assertThat(reports.stream().map(line -> line.replaceAll(":.*", "")))
        .as("one line for each kind")
        .doesNotHaveDuplicates();
  }

  @Test
  void allAbuseTogetherIsReportedOncePerKind() throws Exception {
    try (CapturedLog log = new CapturedLog()) {
      try (TautlineServer server =
          TautlineServer.builder()
              .port(0)
              .endpoints(AbuseTest.Echo.class)
              .compression(DeflateOptions.DEFAULT)
              .limits(Limits.builder().handshakeTimeout(Duration.ofSeconds(2)).build())
              .start()) {
        for (int i = 0; i < TIMES; i++) {
          for (AbuseCase abuse : AbuseCase.all()) {
            abuse(server.port(), abuse);
          }
        }
        await().until(() -> server.connections() == 0);
        assertThat(server.reports()).containsEntry("handshake 403", 2L * TIMES);
        assertThat(server.reports()).containsKeys("maxTargetBytes", "maxFragments", "close 1002");
      }
      onlyReports(log);
    }
  }

  private static void abuse(int port, AbuseCase abuse) throws IOException {
    try (RawSocket peer = new RawSocket(port)) {
      if (abuse.upgraded()) {
        String offer = abuse.compressed() ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "";
        peer.send(AbuseCase.request(offer).getBytes(US_ASCII));
        assertThat(peer.status()).isEqualTo(101);
        peer.send(abuse.bytes());
        assertThat(peer.afterUpgrade()).isEqualTo(abuse.answer());
      } else {
        peer.send(abuse.bytes());
        assertThat(peer.outcome()).isEqualTo(abuse.answer());
      }
    }
  }

  /** Takes JSON. */
  @Endpoint("/flood/json")
  public static class Json {
    record Point(int x, int y) {}

    @OnMessage
    Point point(Point point) {
      return point;
    }
  }

  @Test
  void messagesThatCannotBeDecodedAreReportedOnce() throws Exception {
    try (CapturedLog log = new CapturedLog()) {
      try (TautlineServer server = Servers.start(Binding.GENERATED, Json.class)) {
        byte[] bad = RawSocket.frame(0x81, "{\"x\":1,".getBytes(US_ASCII));
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < 1000; i++) {
          many.writeBytes(bad);
        }
        for (int i = 0; i < 20; i++) {
          try (RawSocket peer = new RawSocket(server.port())) {
            peer.send(AbuseCase.request("").replace("/abuse", "/flood/json").getBytes(US_ASCII));
            assertThat(peer.status()).isEqualTo(101);
            peer.send(many.toByteArray());
            assertThat(peer.afterUpgrade()).isEqualTo("close 1007");
          }
        }
        await().until(() -> server.connections() == 0);
        assertThat(server.reports()).containsEntry("undecodable messages", 20L);
      }
      onlyReports(log);
    }
  }

  /** Fails for every message. */
  @Endpoint("/flood/failing")
  public static class Failing {
    @OnMessage
    void text(String text) {
      throw new IllegalStateException("a fault of the test's");
    }
  }

  @Test
  void aHandlerThatFailsIsLoggedOnceWithSessionPathAndPeer() throws Exception {
    try (CapturedLog log = new CapturedLog()) {
      try (TautlineServer server = Servers.start(Binding.GENERATED, Failing.class)) {
        byte[] text = RawSocket.frame(0x81, "x".getBytes(US_ASCII));
        for (int i = 0; i < 50; i++) {
          try (RawSocket peer = new RawSocket(server.port())) {
            peer.send(AbuseCase.request("").replace("/abuse", "/flood/failing").getBytes(US_ASCII));
            assertThat(peer.status()).isEqualTo(101);
            peer.send(text);
            peer.send(text); // behind the Close that the first makes
            assertThat(peer.afterUpgrade()).isEqualTo("close 1011");
          }
        }
        await().until(() -> server.connections() == 0);
      }
      assertThat(log.aboveDebug())
          .singleElement()
          .asString()
          .matches(
              "WARNING LogFloodTest\\.Failing\\.text\\(String\\) threw in session \\w+"
                  + " /flood/failing of /127\\.0\\.0\\.1:\\d+"
                  + " java\\.lang\\.IllegalStateException: a fault of the test's");
    }
  }

  @Test
  void answersToConnectionsThatAreClosingAreNoFailures() throws Exception {
    try (CapturedLog log = new CapturedLog()) {
      try (TautlineServer server = Servers.start(Binding.GENERATED, AbuseTest.Echo.class)) {
        for (int i = 0; i < 50; i++) {
          RawSocket peer = new RawSocket(server.port());
          peer.send(AbuseCase.request("").getBytes(US_ASCII));
          assertThat(peer.status()).isEqualTo(101);
          ByteArrayOutputStream all = new ByteArrayOutputStream();
          for (int j = 0; j < 100; j++) {
            all.writeBytes(RawSocket.frame(0x82, new byte[1000]));
          }
          peer.send(all.toByteArray());
          peer.reset();
        }
        await().until(() -> server.connections() == 0);
      }
      onlyReports(log);
    }
  }

  /** Echoes, as a client. */
  @ClientEndpoint
  public static class EchoingClient {
    @OnMessage
    public String text(String text) {
      return text;
    }

    @OnMessage
    public ByteBuffer binary(ByteBuffer bytes) {
      return bytes;
    }
  }

  /** Frames of a server that breaks the rules, as hex. */
  private static final List<String> BAD_FRAMES =
      List.of(
          "8180 00000000",
          "c100",
          "a100",
          "9100",
          "8300",
          "8b00",
          "87 7f 0000000040000000",
          "82 7f 8000000000000000",
          "82 7e 007d",
          "82 7f 000000000000ffff",
          "89 7e 007e",
          "0900",
          "0800",
          "8000",
          "0100 8100",
          "8801 03",
          "8802 03ed",
          "8802 03ee",
          "8802 03e7",
          "8802 1388",
          "8803 03e8 ff",
          "8101 ff",
          "8101 c3",
          "8103 eda080",
          "8802 03e8 8100",
          "82 7f 7fffffffffffffff",
          "82 7f 0000000040000000");

  @Test
  void aServerThatBreaksRulesIsReportedOncePerKindByTheClient() throws Exception {
    try (CapturedLog log = new CapturedLog();
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        TautlineServer container = Servers.start(Binding.GENERATED, AbuseTest.Echo.class)) {
      for (int i = 0; i < TIMES; i++) {
        for (String frame : BAD_FRAMES) {
          CompletableFuture<Void> served =
              CompletableFuture.runAsync(() -> serveBadly(listener, frame));
          Session session =
              container
                  .container()
                  .connectToServer(
                      EchoingClient.class,
                      URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/"));
          served.join();
          await().until(() -> !session.isOpen());
        }
      }
      await().until(() -> container.connections() == 0);
      onlyReports(log);
    }
  }

  private static void serveBadly(ServerSocket listener, String hex) {
    try (Socket socket = listener.accept()) {
      socket.setSoTimeout(10_000);
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) socket.getInputStream().read());
      }
      String key = head.toString().replaceAll("(?is).*sec-websocket-key: *(\\S+).*", "$1");
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(US_ASCII));
      String answer =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + Base64.getEncoder().encodeToString(hash)
              + "\r\n\r\n";
      socket.getOutputStream().write(answer.getBytes(US_ASCII));
      socket.getOutputStream().write(java.util.HexFormat.of().parseHex(hex.replace(" ", "")));
      while (socket.getInputStream().read() >= 0) {
        if (socket.getInputStream().available() == 0) {
          socket.shutdownOutput();
        }
      }
    } catch (IOException | java.security.GeneralSecurityException e) {
      // reset by the client, which may do that
    }
  }

  @Test
  void aClientThatIsTurnedAwayReadsWhyHoweverMuchItHasSent() throws Exception {
    Limits limits = Limits.builder().maxConnections(1).build();
    try (CapturedLog log = new CapturedLog();
        TautlineServer server =
            TautlineServer.builder()
                .port(0)
                .endpoints(AbuseTest.Echo.class)
                .limits(limits)
                .start();
        JdkClient first = new JdkClient(server.port(), "/abuse")) {
      for (int i = 0; i < 20; i++) {
        try (RawSocket second = new RawSocket(server.port())) {
          second.send(AbuseCase.request("").getBytes(US_ASCII));
          second.send(new byte[100_000]);
          assertThat(second.outcome()).isEqualTo("503");
        }
      }
      first.send("still served").expect("text still served");
      assertThat(server.reports()).containsEntry("maxConnections", 20L);
      onlyReports(log);
    }
  }
}
