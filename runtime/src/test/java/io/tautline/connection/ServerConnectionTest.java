package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Frame;
import io.tautline.protocol.FrameWriter;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.Role;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One socket's life on the server, against a peer that speaks bytes. */
class ServerConnectionTest {
  private final EchoServer server = new EchoServer();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void bytesBehindTheHeadAreTheFirstFrames() throws Exception {
    try (RawPeer peer = new RawPeer(server.listen(Limits.DEFAULT))) {
      peer.send(RawPeer.UPGRADE + "\u0081\u0081\0\0\0\0a\u0081\u0081\0\0\0\0b");
      assertThat(peer.head())
          .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
          .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
      assertThat(peer.read(6)).isEqualTo("810161810162");
    }
  }

  @Test
  void theHandshakeMayArriveByteByByte() throws Exception {
    try (RawPeer peer = new RawPeer(server.listen(Limits.DEFAULT))) {
      for (char c : (RawPeer.UPGRADE + "\u0081\u0081\0\0\0\0a").toCharArray()) {
        peer.send(String.valueOf(c));
      }
      assertThat(peer.head()).startsWith("HTTP/1.1 101 ");
      assertThat(peer.read(3)).isEqualTo("810161");
    }
  }

  @Test
  void aBadRequestIsAnsweredAndClosed() throws Exception {
    try (RawPeer peer = new RawPeer(server.listen(Limits.DEFAULT))) {
      peer.send(RawPeer.UPGRADE.replace("Version: 13", "Version: 8"));
      assertThat(peer.head())
          .startsWith("HTTP/1.1 426 Upgrade Required\r\n")
          .contains("Sec-WebSocket-Version: 13\r\n", "Connection: close\r\n");
      peer.readToEnd();
    }
  }

  @Test
  void theEndOfTheHandshakeTimeEndsTheConnectionWith408() throws Exception {
    Limits limits = Limits.builder().handshakeTimeout(Duration.ofMillis(50)).build();
    try (RawPeer peer = new RawPeer(server.listen(limits))) {
      peer.send("GET / HTTP/1.1\r\n");
      assertThat(peer.head()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
      peer.readToEnd();
      await().until(() -> server.network().connections() == 0);
    }
  }

  @Test
  void aMessageBeforeAViolationIsAnsweredBeforeTheClose() throws Exception {
    try (RawPeer peer = RawPeer.upgraded(server.listen(Limits.DEFAULT))) {
      peer.sendHex("81 82 00000000 6f6b  83 80 00000000  89 80 00000000");
      assertThat(peer.readToEnd())
          .isEqualTo("81026f6b" + "8811" + "03ea" + "7265736572766564206f70636f6465");
      assertThat(server.closed()).isEqualTo(new ClosePayload(1002, "reserved opcode"));
    }
  }

  @Test
  void aLongMessageAndWhatFollowsItComeBackAsTheyWereSent() throws Exception {
    byte[] payload = new byte[700_000];
    new Random(1).nextBytes(payload);
    FrameWriter writer = new FrameWriter(Role.CLIENT, () -> 0x12345678);
    Frame message = new Frame(true, 0, Opcode.BINARY, payload);
    byte[] sent = message.bytes(writer);
    byte[] answer = message.bytes(new FrameWriter(Role.SERVER, () -> 0));
    int port = server.listen(Limits.DEFAULT);
    for (int cut : new int[] {1, 65_536, 262_144, 262_145, 400_000, 650_000, 700_013}) {
      try (RawPeer peer = RawPeer.upgraded(port)) {
        OutputStream out = peer.socket().getOutputStream();
        out.write(sent, 0, cut);
        out.flush();
        out.write(sent, cut, sent.length - cut);
        out.write(new Frame(true, 0, Opcode.PING, new byte[] {7}).bytes(writer));
        assertThat(peer.socket().getInputStream().readNBytes(answer.length)).isEqualTo(answer);
        assertThat(peer.read(3)).isEqualTo("8a0107");
      }
    }
  }

  @Test
  void pingsAreAnsweredInOrderAlsoBetweenFragments() throws Exception {
    try (RawPeer peer = RawPeer.upgraded(server.listen(Limits.DEFAULT))) {
      peer.sendHex("01 81 00000000 61  89 81 00000000 31  89 81 00000000 32  80 81 00000000 62");
      assertThat(peer.read(10)).isEqualTo("8a0131" + "8a0132" + "81026162");
    }
  }

  @Test
  void aCloseIsAnsweredOnceAndNothingAfterIt() throws Exception {
    try (RawPeer peer = RawPeer.upgraded(server.listen(Limits.DEFAULT))) {
      peer.sendHex("88 85 00000000 0fa1 627965  89 80 00000000  81 81 00000000 61");
      assertThat(peer.readToEnd()).isEqualTo("88020fa1");
      assertThat(server.closed()).isEqualTo(new ClosePayload(4001, "bye"));
    }
    await().until(() -> server.network().connections() == 0);
  }

  @Test
  void aPeerThatVanishesIs1006() throws Exception {
    try (RawPeer peer = RawPeer.upgraded(server.listen(Limits.DEFAULT))) {
      peer.sendHex("81 85");
    }
    assertThat(server.closed().code()).isEqualTo(1006);
    await().until(() -> server.network().connections() == 0);
  }

  @Test
  void aPeerThatNeverAnswersOurCloseIsLeftAfterTheCloseTimeout() throws Exception {
    Limits limits = Limits.builder().closeTimeout(Duration.ofMillis(50)).build();
    int port =
        server.listen(
            limits,
            (connection, done) ->
                new EchoListener(connection, done) {
                  @Override
                  public void text(byte[] bytes, int from, int to) {
                    connection.close(new ClosePayload(4000, ""));
                  }
                });
    try (RawPeer peer = RawPeer.upgraded(port)) {
      peer.sendHex("81 80 00000000");
      assertThat(peer.readToEnd()).isEqualTo("88020fa0");
      assertThat(server.closed().code()).isEqualTo(4000);
    }
  }

  private static Limits keepalive(int pingMillis, int deadMillis) {
    return Limits.builder()
        .pingInterval(Duration.ofMillis(pingMillis))
        .deadAfter(Duration.ofMillis(deadMillis))
        .build();
  }

  @Test
  void aMessageThatIsNotCompletedInTimeFailsWith1008HoweverManyPingsCome() throws Exception {
    Limits limits = Limits.builder().messageTimeout(Duration.ofMillis(300)).build();
    try (RawPeer peer = RawPeer.upgraded(server.listen(limits))) {
      peer.sendHex("01 81 00000000 61");
      StringBuilder answers = new StringBuilder();
      for (int i = 0; i < 10_000 && answers.indexOf("88") < 0; i++) {
        peer.sendHex("89 80 00000000");
        answers.append(peer.read(2));
        LockSupport.parkNanos(1_000_000);
      }
      assertThat(answers.toString()).matches("(8a00)*88..");
      assertThat(peer.read(2)).isEqualTo("03f0");
    }
  }

  @Test
  void aSilentPeerIsPingedAndThenGivenUp() throws Exception {
    Limits limits = keepalive(50, 200);
    try (RawPeer peer = RawPeer.upgraded(server.listen(limits))) {
      assertThat(peer.readToEnd()).isEqualTo("8900");
      assertThat(server.closed().code()).isEqualTo(1006);
    }
  }

  @Test
  void aPeerThatAnswersPingsStays() throws Exception {
    Limits limits = keepalive(50, 400);
    try (RawPeer peer = RawPeer.upgraded(server.listen(limits))) {
      for (int i = 0; i < 12; i++) {
        assertThat(peer.read(2)).isEqualTo("8900");
        peer.sendHex("8a 80 00000000");
      }
      assertThat(server.hasClosed()).isFalse();
    }
  }

  @Test
  void aPeerIsAskedHoweverMuchWaitsForIt() throws Exception {
    Limits limits = keepalive(50, 5000).toBuilder().maxQueuedMessages(1).build();
    AtomicReference<Connection> opened = new AtomicReference<>();
    int port =
        server.listen(
            limits,
            (connection, end) -> {
              opened.set(connection);
              return new EchoListener(connection, end);
            });
    try (RawPeer peer = RawPeer.upgraded(port)) {
      Connection connection = opened.get();
      byte[] message = new byte[100_000];
      int taken = 0;
      while (connection.send(null, 2, true, message, 0, message.length, null) != Sent.NO_ROOM) {
        taken++;
      }
      await().pollDelay(Duration.ofMillis(200)).until(() -> true); // the Ping comes due meanwhile
      for (int i = 0; i < taken; i++) {
        peer.socket().getInputStream().readNBytes(10 + message.length);
      }
      assertThat(peer.read(2)).isEqualTo("8900");
    }
  }

  @Test
  void aHandlerThatBlocksHoldsUpNobodyElse() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    int port =
        server.listen(
            Limits.DEFAULT,
            (connection, done) ->
                new EchoListener(connection, done) {
                  @Override
                  public void text(byte[] bytes, int from, int to) {
                    if (to - from > 1) {
                      try {
                        release.await();
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    }
                    super.text(bytes, from, to);
                  }
                });
    try (RawPeer blocked = RawPeer.upgraded(port);
        RawPeer other = RawPeer.upgraded(port)) {
      // The answer before the blocking one must not wait for it, the one behind it must.
      blocked.sendHex("81 81 00000000 61  81 82 00000000 6262  81 81 00000000 63");
      assertThat(blocked.read(3)).isEqualTo("810161");
      for (int i = 0; i < 100; i++) {
        other.sendHex("81 81 00000000 78");
        assertThat(other.read(3)).isEqualTo("810178");
      }
      release.countDown();
      assertThat(blocked.read(7)).isEqualTo("81026262" + "810163");
      blocked.sendHex("81 81 00000000 64");
      assertThat(blocked.read(3)).isEqualTo("810164");
    }
  }

  @Test
  void aServerThatIsFullAnswers503() throws Exception {
    int port = server.listen(Limits.builder().maxConnections(1).build());
    try (RawPeer first = RawPeer.upgraded(port);
        RawPeer second = new RawPeer(port)) {
      assertThat(second.head()).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
      first.sendHex("81 81 00000000 61");
      assertThat(first.read(3)).isEqualTo("810161");
    }
  }

  @Test
  void aTurnThatFailsEndsItsConnectionWith1011() throws Exception {
    int port =
        server.listen(
            Limits.DEFAULT,
            (connection, end) ->
                new EchoListener(connection, end) {
                  @Override
                  public void text(byte[] bytes, int from, int to) {
                    throw new IllegalStateException("a fault of the test's");
                  }
                });
    try (RawPeer peer = RawPeer.upgraded(port);
        RawPeer neighbour = RawPeer.upgraded(port)) {
      peer.sendHex("81 81 00000000 61  81 81 00000000 62");
      assertThat(peer.read(2 + 2)).isEqualTo("881003f3");
      neighbour.sendHex("82 81 00000000 61");
      assertThat(neighbour.read(3)).isEqualTo("820161");
      assertThat(server.closed().code()).isEqualTo(1011);
    }
    await().until(() -> server.network().connections() == 0);
  }
}
