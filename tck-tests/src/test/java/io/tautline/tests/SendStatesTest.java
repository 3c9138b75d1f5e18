package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tautline.ConnectionScoped;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.tests.Servers.Binding;
import jakarta.inject.Inject;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session sends, in every state that it and its messages can be in. */
class SendStatesTest {
  private static final BlockingQueue<String> TOLD = new LinkedBlockingQueue<>();

  @BeforeEach
  void forget() {
    TOLD.clear();
  }

  private static void told(String expected) throws InterruptedException {
    assertThat(TOLD.poll(10, TimeUnit.SECONDS)).isEqualTo(expected);
  }

  /** Does what it is told to. */
  @ServerEndpoint("/states")
  public static class Doing {
    @OnMessage
    public String text(String what, Session session) throws Exception {
      var remote = session.getBasicRemote();
      switch (what) {
        case "empty stream" -> remote.getSendStream().close();
        case "empty writer" -> remote.getSendWriter().close();
        case "stream of zero bytes" -> {
          try (OutputStream stream = remote.getSendStream()) {
            stream.write(new byte[0]);
          }
        }
        case "writer of zero characters" -> {
          try (Writer writer = remote.getSendWriter()) {
            writer.write("");
          }
        }
        case "beyond the array" -> {
          try (OutputStream stream = remote.getSendStream()) {
            stream.write(new byte[10], 5, 9000);
          } catch (IndexOutOfBoundsException e) {
            TOLD.add("out of bounds");
          }
        }
        case "text within a stream" -> {
          try (OutputStream stream = remote.getSendStream()) {
            stream.write('a');
            stream.flush();
            long begun = System.nanoTime();
            try {
              remote.sendText("within");
            } catch (IllegalStateException e) {
              long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
              TOLD.add(millis < 2000 ? e.getMessage() : "after " + millis);
            }
            stream.write('b');
          }
        }
        case "close" -> {
          session.close();
          TOLD.add("open " + session.isOpen() + ", of all " + session.getOpenSessions().size());
          try {
            remote.sendText("too late");
          } catch (IllegalStateException e) {
            TOLD.add(e.getMessage().replaceAll("session \\w+", "session"));
          }
        }
        default -> throw new IllegalArgumentException(what);
      }
      return "done";
    }

    @OnError
    public void error(Throwable error) {
      TOLD.add(error.toString());
    }
  }

  @Test
  void aStreamThatIsClosedBeforeAnythingIsWrittenSendsNothing() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Doing.class);
        JdkClient client = new JdkClient(server.port(), "/states")) {
      client.send("empty stream").expect("text done");
      client.send("empty writer").expect("text done");
      client.send("stream of zero bytes").expect("binary 0");
      client.expect("text done");
      client.send("writer of zero characters").expect("text ");
      client.expect("text done");
    }
  }

  @Test
  void aWriteBeyondTheArrayIsRefusedAndTheStreamStaysEmpty() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Doing.class);
        JdkClient client = new JdkClient(server.port(), "/states")) {
      client.send("beyond the array").expect("text done");
      told("out of bounds");
    }
  }

  @Test
  void aTextWithinTheCallbacksOwnStreamIsAnIllegalStateAtOnce() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Doing.class);
        JdkClient client = new JdkClient(server.port(), "/states")) {
      client.send("text within a stream");
      assertThat(TOLD.poll(10, TimeUnit.SECONDS)).startsWith("a message is open");
      assertThat(client.next()).startsWith("binary ");
    }
  }

  @Test
  void aSessionIsNotOpenFromTheMomentItsCloseIsQueued() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Doing.class);
        JdkClient client = new JdkClient(server.port(), "/states");
        JdkClient other = new JdkClient(server.port(), "/states")) {
      client.send("close");
      told("open false, of all 1");
      told("session is closed");
      client.expect("close 1000 ");
      other.send("empty stream").expect("text done");
      assertThat(TOLD).as("no error for the value that was returned").isEmpty();
    }
  }

  /** Closes from its constructor. */
  @ServerEndpoint("/states/early")
  public static class Early {
    @Inject
    public Early(Session session) throws IOException {
      session.close();
    }
  }

  @Test
  void aSessionCannotBeClosedBeforeItsHandshakeIsAnswered() throws Exception {
    try (CapturedLog log = new CapturedLog();
        TautlineServer server = Servers.start(Binding.GENERATED, Early.class)) {
      assertThat(JdkClient.refusal(server.port(), "/states/early", java.util.Map.of()).statusCode())
          .isEqualTo(500);
      assertThat(log.aboveDebug()).anyMatch(line -> line.contains("cannot make an instance of"));
    }
  }

  /** Streams 16 MiB, in pieces, to a peer that does not read. */
  @ServerEndpoint("/states/flood")
  public static class Flood {
    @OnMessage
    public void flood(String kind, Session session) {
      try (OutputStream stream = session.getBasicRemote().getSendStream()) {
        for (int i = 0; i < 256; i++) {
          stream.write(new byte[1 << 16]);
        }
      } catch (IOException e) {
        TOLD.add("failed");
      }
    }
  }

  @Test
  void aMessageThatFailedHalfwayIsNeverCompleted() throws Exception {
    Limits limits = Limits.builder().stallTimeout(Duration.ofMillis(500)).build();
    try (TautlineServer server =
            TautlineServer.builder().port(0).limits(limits).endpoints(Flood.class).start();
        Socket peer = new Socket()) {
      peer.setReceiveBufferSize(4096);
      peer.connect(new InetSocketAddress("localhost", server.port()));
      peer.setSoTimeout(20_000);
      String head =
          "GET /states/flood HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
              + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
      peer.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      peer.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'});
      told("failed");
      var in = new java.io.DataInputStream(new java.io.BufferedInputStream(peer.getInputStream()));
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("\r\n\r\n") < 0) {
        answer.append((char) in.readUnsignedByte());
      }
      boolean completed = false;
      try {
        while (true) {
          int first = in.readUnsignedByte();
          int length = in.readUnsignedByte();
          long size =
              length == 127 ? in.readLong() : length == 126 ? in.readUnsignedShort() : length;
          in.readFully(new byte[(int) size]);
          completed |= (first & 0x80) != 0 && (first & 0x0f) <= 2;
        }
      } catch (IOException e) {
        // the server has given the peer up
      }
      assertThat(completed).as("a last frame of the message").isFalse();
    }
  }

  /** An encoder that notices when two threads use it. */
  public static class Alone implements Encoder.Text<StringBuilder> {
    private static final AtomicInteger OVERLAPS = new AtomicInteger();
    private final AtomicBoolean used = new AtomicBoolean();

    @Override
    public String encode(StringBuilder object) {
      if (!used.compareAndSet(false, true)) {
        OVERLAPS.incrementAndGet();
      }
      Thread.yield();
      String text = object.toString();
      used.set(false);
      return text;
    }
  }

  /** Sends objects from many threads. */
  @ServerEndpoint(value = "/states/encoder", encoders = Alone.class)
  public static class Encoding {
    @OnMessage
    public void text(String count, Session session) throws Exception {
      int threads = 8;
      CountDownLatch done = new CountDownLatch(threads);
      for (int i = 0; i < threads; i++) {
        new Thread(
                () -> {
                  try {
                    for (int j = 0; j < Integer.parseInt(count) / threads; j++) {
                      session.getAsyncRemote().sendObject(new StringBuilder("x")).get();
                    }
                  } catch (Exception e) {
                    TOLD.add(e.toString());
                  }
                  done.countDown();
                })
            .start();
      }
      done.await();
    }
  }

  @Test
  void anEncoderIsUsedByOneThreadAtATime() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Encoding.class);
        JdkClient client = new JdkClient(server.port(), "/states/encoder")) {
      client.send("8000");
      for (int i = 0; i < 8000; i++) {
        client.expect("text x");
      }
      assertThat(Alone.OVERLAPS).hasValue(0);
      assertThat(TOLD).isEmpty();
    }
  }

  /** Something of one connection. */
  @ConnectionScoped
  public static class Scoped implements AutoCloseable {
    @Override
    public void close() {
      TOLD.add("closed");
    }
  }

  /** A client whose instance cannot be made. */
  @ClientEndpoint
  public static class Failing {
    @Inject
    public Failing(Scoped scoped) {
      throw new IllegalStateException("a fault of the test's, with " + scoped.getClass());
    }
  }

  /** A client that fails when it hears of the response. */
  @ClientEndpoint(configurator = FailingConfigurator.class)
  public static class Configured {
    @OnOpen
    public void open(Session session) {
      TOLD.add("open");
    }
  }

  /** Fails after the response. */
  public static class FailingConfigurator extends ClientEndpointConfig.Configurator {
    @Override
    public void afterResponse(HandshakeResponse response) {
      throw new IllegalStateException("a fault of the test's");
    }
  }

  @Test
  void whatAClientWasInjectedIsClosedIfItIsNeverOpen() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Doing.class)) {
      URI uri = URI.create("ws://localhost:" + server.port() + "/states");
      assertThatThrownBy(() -> server.container().connectToServer(Failing.class, uri))
          .isInstanceOf(DeploymentException.class);
      told("closed");
      assertThatThrownBy(() -> server.container().connectToServer(Configured.class, uri))
          .hasMessageContaining("cannot connect");
      await().until(() -> server.connections() == 0);
      assertThat(TOLD).isEmpty();
    }
  }

  /** Works for as long as it is told, then returns a value, or closes first. */
  @ServerEndpoint("/states/working")
  public static class Working {
    static volatile CountDownLatch go = new CountDownLatch(1);

    @OnMessage
    public String text(String what, Session session) throws Exception {
      TOLD.add("working");
      go.await(10, TimeUnit.SECONDS);
      if (what.equals("close")) {
        session.close(new CloseReason(CloseReason.CloseCodes.GOING_AWAY, "enough"));
      }
      if (what.equals("send")) {
        session.getBasicRemote().sendText("to nobody");
      }
      return "value";
    }

    @OnError
    public void error(Throwable error) {
      TOLD.add("onError " + error);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"return", "send", "close"})
  void aPeerThatIsGoneWhenItsHandlerReturnsIsNoFailure(String what) throws Exception {
    Working.go = new CountDownLatch(1);
    try (CapturedLog log = new CapturedLog();
        TautlineServer server = Servers.start(Binding.GENERATED, Working.class)) {
      JdkClient client = new JdkClient(server.port(), "/states/working");
      client.send(what);
      told("working");
      if (!what.equals("close")) {
        client.close();
        CompletableFuture<Void> seen = new CompletableFuture<>();
        seen.completeOnTimeout(null, 200, TimeUnit.MILLISECONDS).join(); // the reset arrives
      }
      Working.go.countDown();
      if (what.equals("close")) {
        client.expect("close 1001 enough");
      }
      client.close();
      await().until(() -> server.connections() == 0);
      assertThat(List.copyOf(TOLD)).isEmpty();
      assertThat(log.aboveDebug()).isEmpty();
    }
  }

  @Test
  void whatIsSentBehindItsOwnCloseReachesNoHandlerAndNoLog() throws Exception {
    try (CapturedLog log = new CapturedLog();
        TautlineServer server = Servers.start(Binding.GENERATED, Doing.class);
        JdkClient client = new JdkClient(server.port(), "/states")) {
      client.socket().sendText("close", true);
      for (int i = 0; i < 1000; i++) {
        client.socket().sendBinary(ByteBuffer.allocate(1), true);
      }
      told("open false, of all 0");
      told("session is closed");
      client.expect("close 1000 ");
      client.socket().abort();
      await().until(() -> server.connections() == 0);
      assertThat(List.copyOf(TOLD)).isEmpty();
      assertThat(log.aboveDebug()).isEmpty();
    }
  }
}
