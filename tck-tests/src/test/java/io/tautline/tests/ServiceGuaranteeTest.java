package io.tautline.tests;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Connection;
import io.tautline.connection.Limits;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever handlers and peers do, handlers that do not block are served. */
class ServiceGuaranteeTest {
  private static final int BLOCKED = 300; // more than Java 17 has permits
  private static final AtomicInteger READING = new AtomicInteger();
  private static volatile CountDownLatch over = new CountDownLatch(1);

  private final List<Socket> peers = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    over.countDown();
    for (Socket peer : peers) {
      peer.close();
    }
  }

  /** Reads messages while they arrive. */
  @Endpoint("/guarantee/stream")
  public static class Streaming {
    @OnMessage
    long read(InputStream message) throws IOException {
      READING.incrementAndGet();
      return message.readAllBytes().length;
    }
  }

  /** Does the same, and counts. */
  @Endpoint("/guarantee/counted")
  public static class Counted {
    private static final AtomicInteger BEGUN = new AtomicInteger();

    @OnMessage
    long read(InputStream message) throws IOException {
      BEGUN.incrementAndGet();
      return message.readAllBytes().length;
    }
  }

  /** Sends more than a peer takes that does not read. */
  @Endpoint("/guarantee/flood")
  public static class Flooding {
    @OnMessage
    void flood(String go, Session session) throws IOException {
      for (int i = 0; i < 64; i++) {
        session.getBasicRemote().sendBinary(ByteBuffer.allocate(1 << 20));
      }
    }
  }

  /** Waits, for texts. */
  @Endpoint("/guarantee/waiting")
  public static class Waiting {
    @OnMessage
    void await(String go) throws InterruptedException {
      over.await();
    }

    @OnMessage
    byte[] echo(byte[] bytes) {
      return bytes;
    }
  }

  /** Waits when it is opened. */
  @Endpoint("/guarantee/opening")
  public static class Opening {
    @OnOpen
    void await() throws InterruptedException {
      over.await();
    }

    @OnMessage
    void text(String text) {}
  }

  /** Echoes. */
  @Endpoint("/guarantee/echo")
  public static class Echo {
    @OnMessage
    String echo(String text) {
      return text;
    }
  }

  /** Tells whether it was called on a loop. */
  @Endpoint("/guarantee/where")
  public static class Where {
    @OnMessage
    String where(String text) {
      return Connection.drivesLoop() ? "on the loop" : "elsewhere";
    }
  }

  private Socket peer(int port, String path, byte[] message) throws IOException {
    Socket socket = new Socket();
    peers.add(socket);
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress("localhost", port));
    String head =
        "GET /guarantee/%s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.getOutputStream().write(head.formatted(path).getBytes(US_ASCII));
    socket.getOutputStream().write(message);
    return socket;
  }

  private static final byte[] HALF_A_MESSAGE = {0x02, (byte) 0x83, 0, 0, 0, 0, 1, 2, 3};
  private static final byte[] TEXT = {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'};

  private static TautlineServer server(Limits limits) throws Exception {
    over = new CountDownLatch(1);
    READING.set(0);
    return TautlineServer.builder()
        .port(0)
        .limits(limits)
        .drain(Duration.ofMillis(100))
        .endpoints(
            Streaming.class,
            Counted.class,
            Flooding.class,
            Waiting.class,
            Opening.class,
            Echo.class,
            Where.class)
        .start();
  }

  @Test
  void anEchoIsServedNextToPeersAndHandlersThatBlock() throws Exception {
    Limits limits = Limits.builder().stallTimeout(Duration.ofSeconds(30)).build();
    try (TautlineServer server = server(limits);
        JdkClient first = new JdkClient(server.port(), "/guarantee/echo")) {
      for (int i = 0; i < BLOCKED; i++) {
        peer(server.port(), "stream", HALF_A_MESSAGE);
        peer(server.port(), "flood", TEXT);
        peer(server.port(), "waiting", TEXT);
        peer(server.port(), "opening", TEXT);
        if (i % 50 == 0) {
          first.send("echo " + i).expect("text echo " + i);
        }
      }
      await().until(() -> READING.get() > 0);
      for (int i = 0; i < 20; i++) {
        first.send("still " + i).expect("text still " + i);
        try (JdkClient next = new JdkClient(server.port(), "/guarantee/echo")) {
          next.send("new").expect("text new");
          next.socket().sendPing(ByteBuffer.allocate(2)).join();
          next.expect("pong 2");
        }
      }
      over.countDown();
    }
  }

  @Test
  void anEndpointThatHoldsItsShareStillServesItsHandlersThatDoNotBlock() throws Exception {
    Limits limits = Limits.builder().maxBlockedHandlers(8).build();
    try (TautlineServer server = server(limits);
        JdkClient quick = new JdkClient(server.port(), "/guarantee/waiting")) {
      for (int i = 0; i < 40; i++) {
        peer(server.port(), "waiting", TEXT);
      }
      for (int i = 0; i < 20; i++) {
        quick.socket().sendBinary(ByteBuffer.allocate(3), true).join();
        quick.expect("binary 3");
      }
      over.countDown();
    }
  }

  @Test
  void whoWaitsForAPermitIsServedOnceOneIsGivenBack() throws Exception {
    Limits limits = Limits.builder().maxBlockedHandlers(4).build();
    try (TautlineServer server = server(limits)) {
      List<Socket> streams = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        streams.add(peer(server.port(), "counted", HALF_A_MESSAGE));
      }
      await().until(() -> Counted.BEGUN.get() == 3);
      for (Socket stream : streams) {
        stream.setSoTimeout(10_000);
        stream.getOutputStream().write(new byte[] {(byte) 0x80, (byte) 0x80, 0, 0, 0, 0});
      }
      for (Socket stream : streams) {
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\n" + (char) 0x81 + (char) 1 + "3")) {
          int b = stream.getInputStream().read();
          assertThat(b).isNotNegative();
          answer.append((char) b);
        }
      }
      assertThat(Counted.BEGUN).hasValue(20);
    }
  }

  @Test
  void aHandlerThatDoesNotReturnIsReportedWithItsStackMethodAndTime() throws Exception {
    Limits limits = Limits.builder().maxBlockedHandlers(4).build();
    try (CapturedLog log = new CapturedLog();
        TautlineServer server = server(limits)) {
      for (int i = 0; i < 10; i++) {
        peer(server.port(), "waiting", TEXT);
      }
      await().until(() -> !log.aboveDebug().isEmpty());
      assertThat(log.aboveDebug())
          .singleElement()
          .asString()
          .contains("maxBlockedHandlers 4, maxBlockedPerEndpoint 3")
          .containsPattern("ServiceGuaranteeTest\\.Waiting\\.await\\(String\\) on session")
          .containsPattern("has not returned for \\d+ ms")
          .contains("java.util.concurrent.CountDownLatch.await")
          .contains("ServiceGuaranteeTest$Waiting.await");
      over.countDown();
    }
  }

  @Test
  void aHandlerIsNotTakenToBlockBecauseItsMessagesAreLong() throws Exception {
    Limits limits = Limits.builder().maxTextBytes(16 << 20).maxFrameBytes(16 << 20).build();
    String longText = "x".repeat(16 << 20);
    try (TautlineServer server = server(limits);
        JdkClient client = new JdkClient(server.port(), "/guarantee/where")) {
      for (int i = 0; i < 10; i++) {
        client.send(longText);
        assertThat(client.next()).startsWith("text");
      }
      List<String> where = new ArrayList<>();
      for (int i = 0; i < 20; i++) { // fewer than it takes to forget that a handler has blocked
        client.send("short");
        where.add(client.next());
      }
      assertThat(where).contains("text on the loop");
    }
  }
}
