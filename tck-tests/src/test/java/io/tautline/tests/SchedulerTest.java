package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.DecodeException;
import jakarta.websocket.Decoder;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers run on the loop until they block. */
class SchedulerTest {
  /** What handlers say that are called on a thread of their own. */
  private static final String DETACHED =
      Runtime.version().feature() >= 21 ? "text VirtualThread" : "text Thread";

  /** Sleeps as long as it is told, and says on what kind of thread. */
  @Endpoint("/scheduler/sleep")
  public static class Sleeper {
    @OnMessage
    String sleep(int millis) throws InterruptedException {
      Thread.sleep(millis);
      return Thread.currentThread().getClass().getSimpleName();
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void aHandlerThatBlocksAgainAndAgainLeavesTheLoopAndComesBackWhenItIsQuick(Binding binding)
      throws Exception {
    try (TautlineServer server = Servers.start(binding, Sleeper.class);
        JdkClient client = new JdkClient(server.port(), "/scheduler/sleep")) {
      client.send("0").expect("text Carrier");
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> client.send("20").next().equals(DETACHED));
      client.send("0").expect(DETACHED);
      await()
          .atMost(Duration.ofSeconds(60)) // 32 quick calls in a row, on whatever machine
          .pollInterval(Duration.ofMillis(1))
          .until(() -> client.send("0").next().equals("text Carrier"));
    }
  }

  /** Blocks for texts, not for bytes. */
  @Endpoint("/scheduler/mixed")
  public static class Mixed {
    @OnMessage
    String sleep(int millis) throws InterruptedException {
      Thread.sleep(millis);
      return Thread.currentThread().getClass().getSimpleName();
    }

    @OnMessage
    String quick(byte[] bytes) {
      return Thread.currentThread().getClass().getSimpleName();
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void manyQuickCallsOfAnotherHandlerDoNotHideThatOneBlocks(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Mixed.class);
        JdkClient client = new JdkClient(server.port(), "/scheduler/mixed")) {
      for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 201; j++) {
          client.socket().sendBinary(ByteBuffer.allocate(1), true).join();
          client.next();
        }
        // Three times on the loop, which goes on without it; then it is known to block.
        client.send("100").expect(i < 3 ? "text Carrier" : DETACHED);
      }
    }
  }

  /** What takes long to decode. */
  record Slow(String text) {}

  /** Takes longer than a turn may. */
  public static class SlowDecoder implements Decoder.Text<Slow> {
    @Override
    public Slow decode(String text) throws DecodeException {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new DecodeException(text, "interrupted", e);
      }
      return new Slow(text);
    }

    @Override
    public boolean willDecode(String text) {
      return true;
    }
  }

  /** Says on what kind of thread it is called. */
  @ServerEndpoint(value = "/scheduler/decoder", decoders = SlowDecoder.class)
  public static class Quick {
    @OnMessage
    public String thread(Slow message) {
      return Thread.currentThread().getClass().getSimpleName();
    }
  }

  @Test
  void aDecoderThatBlocksCountsAsItsHandler() throws Exception {
    try (TautlineServer server = Servers.start(Binding.REFLECTIVE, Quick.class);
        JdkClient client = new JdkClient(server.port(), "/scheduler/decoder")) {
      for (int i = 0; i < 3; i++) {
        client.send("slow").expect("text Carrier");
      }
      client.send("slow").expect(DETACHED);
    }
  }

  /** A client that blocks for each message. */
  @ClientEndpoint
  public static class BlockingClient {
    private static final BlockingQueue<String> THREADS = new LinkedBlockingQueue<>();

    @OnMessage
    public void text(String text) throws InterruptedException {
      Thread.sleep(20);
      THREADS.add("text " + Thread.currentThread().getClass().getSimpleName());
    }
  }

  @Test
  void whatIsKnownOfAClientsHandlerHoldsForItsNextConnections() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Sleeper.class)) {
      URI uri = URI.create("ws://localhost:" + server.port() + "/scheduler/sleep");
      for (int i = 0; i < 6; i++) {
        try (Session session = server.container().connectToServer(BlockingClient.class, uri)) {
          session.getBasicRemote().sendText("0");
          String thread = BlockingClient.THREADS.poll(10, TimeUnit.SECONDS);
          assertThat(thread).isEqualTo(i < 3 ? "text Carrier" : DETACHED);
        }
      }
    }
  }

  /** Sends more than anyone takes. */
  @Endpoint("/scheduler/flood")
  public static class Flood {
    @OnMessage
    void flood(int megabytes, Session session) throws IOException {
      byte[] chunk = new byte[1 << 20];
      for (int i = 0; i < megabytes; i++) {
        session.getBasicRemote().sendBinary(ByteBuffer.wrap(chunk));
      }
    }
  }

  @Test
  void whenEveryOtherConnectionBlocksInASendTheLoopGoesOn() throws Exception {
    Limits limits = Limits.builder().stallTimeout(Duration.ofSeconds(2)).build();
    try (TautlineServer server =
        TautlineServer.builder()
            .port(0)
            .loops(1)
            .limits(limits)
            .endpoints(Flood.class, Sleeper.class)
            .start()) {
      List<Socket> stalled = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        stalled.add(stalled(server.port()));
      }
      try (JdkClient client = new JdkClient(server.port(), "/scheduler/sleep")) {
        client.send("0").expect("text Carrier");
        client.socket().sendPing(ByteBuffer.allocate(3)).join();
        client.expect("pong 3");
        assertThat(server.connections()).isGreaterThan(30 / 2);
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> server.connections() == 1); // the others have been timed out
        client.send("0").expect("text Carrier");
      }
      for (Socket peer : stalled) {
        peer.close();
      }
    }
  }

  /** Returns a client that asks for a flood and never reads it. */
  private static Socket stalled(int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress("localhost", port));
    String upgrade =
        "GET /scheduler/flood HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    byte[] text = {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, '6', '4'}; // masked with zeros
    socket.getOutputStream().write(upgrade.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(text);
    return socket;
  }
}
