package io.tautline.tests.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.deflate.DeflateOptions;
import io.tautline.tests.DocTable;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** After each case another client is served, and in the end nothing is left. */
class AbuseTest {
  private static final Path PAGE = Path.of("../docs/limits.md");

  private static TautlineServer server;
  private static long filesBefore;

  /** Echoes. */
  @ServerEndpoint("/abuse")
  public static class Echo {
    @OnMessage
    public String text(String text) {
      return text;
    }

    @OnMessage
    public byte[] binary(byte[] bytes) {
      return bytes;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    server =
        TautlineServer.builder()
            .port(0)
            .endpoints(Echo.class)
            .compression(DeflateOptions.DEFAULT)
            .limits(Limits.builder().handshakeTimeout(Duration.ofSeconds(2)).build())
            .start();
    echo();
    await().until(() -> server.connections() == 0);
    filesBefore = Usage.openFiles();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A client that means well is served. */
  private static void echo() throws IOException {
    try (RawSocket good = new RawSocket(server.port())) {
      good.send(AbuseCase.request("").getBytes(StandardCharsets.US_ASCII));
      assertThat(good.status()).isEqualTo(101);
      good.send(RawSocket.frame(0x81, "good".getBytes(StandardCharsets.US_ASCII)));
      assertThat(good.text()).isEqualTo("good");
    }
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    echo();
    await().until(() -> server.connections() == 0);
    await().until(() -> Usage.openFiles() <= filesBefore + 5); // the JDK opens some of its own
  }

  static List<AbuseCase> cases() {
    return AbuseCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyCaseEndsAsDocumented(AbuseCase abuse) throws IOException {
    try (RawSocket peer = new RawSocket(server.port())) {
      if (abuse.upgraded()) {
        String offer = abuse.compressed() ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "";
        peer.send(AbuseCase.request(offer).getBytes(StandardCharsets.US_ASCII));
        assertThat(peer.status()).isEqualTo(101);
        peer.send(abuse.bytes());
        assertThat(peer.afterUpgrade()).isEqualTo(abuse.answer());
      } else {
        peer.send(abuse.bytes());
        assertThat(peer.outcome()).isEqualTo(abuse.answer());
      }
    }
  }

  @Test
  void thePageSaysTheSame() throws IOException {
    StringBuilder table = new StringBuilder("| A peer sends | and gets |\n|---|---|\n");
    for (AbuseCase abuse : AbuseCase.all()) {
      table.append("| ").append(abuse.name()).append(" | ").append(abuse.answer()).append(" |\n");
    }
    DocTable.agrees(PAGE, "<!-- answers -->", table);
  }

  @Test
  void everyLimitIsOnThePage() throws IOException {
    String page = Files.readString(PAGE);
    for (var limit : Limits.class.getRecordComponents()) {
      assertThat(page).contains("| `" + limit.getName() + "` |");
    }
  }

  @Test
  void aHeadThatComesByteByByteIsCutOffWhenItsTimeIsOver() throws Exception {
    byte[] head = AbuseCase.request("").getBytes(StandardCharsets.US_ASCII);
    try (RawSocket slow = new RawSocket(server.port())) {
      for (int i = 0; i < head.length && server.connections() > 0 || i == 0; i++) {
        slow.send(new byte[] {head[i]});
        await().pollDelay(Duration.ofMillis(50)).until(() -> true);
      }
      assertThat(slow.outcome()).isEqualTo("408");
    }
  }

  @Test
  void whoSendsOnAndOnBehindARefusalIsCutOff() throws Exception {
    byte[] more = "b".repeat(64 << 10).getBytes(StandardCharsets.US_ASCII);
    try (Socket peer = new Socket("localhost", server.port())) {
      peer.getOutputStream().write("GET / HTTP/1.1\r\nX-A: ".getBytes(StandardCharsets.US_ASCII));
      int sent = 0;
      try {
        for (; sent < 1024; sent++) {
          peer.getOutputStream().write(more);
        }
      } catch (SocketException e) {
        // that is what is wanted
      }
      assertThat(sent).as("times 64 KiB, of which sockets hold some").isLessThan(256);
    }
  }

  @Test
  void aThousandUnfinishedHandshakesKeepNobodyOut() throws Exception {
    List<RawSocket> unfinished = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        RawSocket peer = new RawSocket(server.port());
        peer.send("GET /abuse HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));
        unfinished.add(peer);
      }
      echo();
      await().atMost(Duration.ofSeconds(10)).until(() -> server.connections() == 0);
    } finally {
      for (RawSocket peer : unfinished) {
        peer.close();
      }
    }
  }

  @Test
  void aConversationMayBeResetAtEveryByte() throws Exception {
    ByteArrayOutputStream conversation = new ByteArrayOutputStream();
    conversation.writeBytes(AbuseCase.request("").getBytes(StandardCharsets.US_ASCII));
    conversation.writeBytes(RawSocket.frame(0x01, "one ".getBytes(StandardCharsets.US_ASCII)));
    conversation.writeBytes(RawSocket.frame(0x89, "ping".getBytes(StandardCharsets.US_ASCII)));
    conversation.writeBytes(RawSocket.frame(0x80, "two".getBytes(StandardCharsets.US_ASCII)));
    conversation.writeBytes(RawSocket.frame(0x88, new byte[] {3, (byte) 0xe8}));
    byte[] all = conversation.toByteArray();
    for (int length = 0; length <= all.length; length++) {
      RawSocket peer = new RawSocket(server.port());
      peer.send(java.util.Arrays.copyOf(all, length));
      peer.reset();
    }
  }

  @Test
  void aFloodOfPingsIsAnsweredOrDroppedAndHarmsNobody() throws Exception {
    byte[] ping = RawSocket.frame(0x89, new byte[125]);
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    for (int i = 0; i < 10_000; i++) {
      flood.writeBytes(ping);
    }
    try (RawSocket peer = new RawSocket(server.port())) {
      peer.send(AbuseCase.request("").getBytes(StandardCharsets.US_ASCII));
      assertThat(peer.status()).isEqualTo(101);
      Thread sender =
          new Thread(
              () -> {
                try {
                  peer.send(flood.toByteArray());
                  peer.send(
                      RawSocket.frame(0x81, "still here".getBytes(StandardCharsets.US_ASCII)));
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      sender.start();
      assertThat(peer.text()).isEqualTo("still here");
      sender.join();
    }
  }
}
