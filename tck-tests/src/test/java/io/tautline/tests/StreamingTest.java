package io.tautline.tests;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.deflate.DeflateOptions;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that are read while they arrive. */
class StreamingTest {
  private static final BlockingQueue<String> READ = new LinkedBlockingQueue<>();

  /** Tells each character and byte as it reads them. */
  @ServerEndpoint("/streams")
  public static class Streams {
    @OnMessage
    public String text(Reader message) throws IOException {
      StringBuilder all = new StringBuilder();
      for (int c = message.read(); c >= 0; c = message.read()) {
        READ.add(String.valueOf((char) c));
        all.append((char) c);
      }
      return all.toString();
    }

    @OnMessage
    public String bytes(InputStream message) throws IOException {
      int first = message.read();
      return "first " + first; // the rest is left unread
    }
  }

  private static void read(String expected) throws InterruptedException {
    assertThat(READ.poll(10, TimeUnit.SECONDS)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Servers.Binding.class)
  void aMessageIsReadWhileItArrives(Servers.Binding binding) throws Exception {
    READ.clear();
    try (TautlineServer server = Servers.start(binding, Streams.class);
        JdkClient client = new JdkClient(server.port(), "/streams")) {
      client.socket().sendText("a", false).join();
      read("a");
      client.socket().sendPing(ByteBuffer.allocate(4)).join();
      client.expect("pong 4"); // answered while the handler waits
      client.socket().sendText("é", false).join();
      read("é");
      client.socket().sendText("", false).join();
      client.socket().sendText("c", true).join();
      read("c");
      client.expect("text aéc");
    }
  }

  @Test
  void whatAHandlerLeavesUnreadIsSkippedAndTheNextMessageComes() throws Exception {
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED, Streams.class);
        JdkClient client = new JdkClient(server.port(), "/streams")) {
      client.socket().sendBinary(ByteBuffer.wrap(new byte[500_000]), false).join();
      client.socket().sendBinary(ByteBuffer.wrap(new byte[3]), true).join();
      client.socket().sendBinary(ByteBuffer.wrap(new byte[] {7, 8}), true).join();
      client.expect("text first 0");
      client.expect("text first 7");
    }
  }

  @Test
  void aPeerThatVanishesEndsTheStream() throws Exception {
    READ.clear();
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED, Streams.class)) {
      JdkClient client = new JdkClient(server.port(), "/streams");
      client.socket().sendText("x", false).join();
      read("x");
      client.close();
      await().until(() -> server.connections() == 0);
    }
  }

  /** Reads one message at most, and tells of all that happens to it. */
  public static final class Once extends Endpoint implements MessageHandler.Whole<Reader> {
    private Session session;

    @Override
    public void onOpen(Session opened, EndpointConfig config) {
      session = opened;
      session.addMessageHandler(Reader.class, this);
    }

    @Override
    public void onMessage(Reader message) {
      session.removeMessageHandler(this);
      try {
        for (int c = message.read(); c >= 0; c = message.read()) {
          READ.add(String.valueOf((char) c));
        }
        READ.add("read");
      } catch (IOException e) {
        READ.add("cut off");
        throw new UncheckedIOException(e);
      } finally {
        READ.add("open " + session.isOpen());
      }
    }

    @Override
    public void onError(Session ignored, Throwable fault) {
      READ.add("error");
    }

    @Override
    public void onClose(Session ignored, CloseReason reason) {
      READ.add("closed " + reason.getCloseCode().getCode());
    }
  }

  private static TautlineServer reader() throws Exception {
    READ.clear();
    TautlineServer server = Servers.start(Servers.Binding.GENERATED);
    server
        .container()
        .addEndpoint(ServerEndpointConfig.Builder.create(Once.class, "/once").build());
    return server;
  }

  /** Tells how long what it has read is, and what. */
  @ServerEndpoint("/digest")
  public static class Digest {
    @OnMessage
    public String text(Reader message) throws IOException {
      StringBuilder all = new StringBuilder();
      char[] some = new char[100];
      for (int n = message.read(some); n >= 0; n = message.read(some)) {
        all.append(some, 0, n);
      }
      return digest(all.toString());
    }

    @OnMessage
    public String bytes(InputStream message) throws IOException {
      return digest(new String(message.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static String digest(String all) {
    return all.length() + ":" + all.hashCode();
  }

  @Test
  void aCompressedMessageIsReadWhole() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Endpoint endpoint =
        new Endpoint() {
          @Override
          public void onOpen(Session session, EndpointConfig ignored) {
            session.addMessageHandler(String.class, heard::add);
          }
        };
    try (TautlineServer server =
        TautlineServer.builder()
            .port(0)
            .compression(DeflateOptions.DEFAULT)
            .endpoints(Digest.class)
            .start()) {
      ClientEndpointConfig config =
          ClientEndpointConfig.Builder.create()
              .extensions(List.copyOf(server.container().getInstalledExtensions()))
              .build();
      Session session =
          server
              .container()
              .connectToServer(
                  endpoint, config, URI.create("ws://localhost:" + server.port() + "/digest"));
      assertThat(session.getNegotiatedExtensions()).isNotEmpty();
      Random random = new Random(7692);
      for (int size : new int[] {0, 1, 300, 20_000, 1_000_000}) {
        String text = random.ints(size, 'a', 'e').mapToObj(Character::toString).collect(joining());
        session.getBasicRemote().sendText(text);
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(digest(text));
        session.getBasicRemote().sendBinary(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(digest(text));
      }
      String dense = "x".repeat(60_000); // a hundredth of it arrives
      session.getBasicRemote().sendText(dense);
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(digest(dense));
    }
  }

  @Test
  void onCloseComesWhenTheMessageThatWasBeingReadHasBeenGivenUp() throws Exception {
    try (TautlineServer server = reader()) {
      JdkClient client = new JdkClient(server.port(), "/once");
      client.socket().sendText("x", false).join();
      read("x");
      client.close();
      for (String told : List.of("cut off", "open false", "closed 1006")) {
        read(told);
      }
    }
  }

  /** Works on the first piece for longer than a peer may be silent. */
  @ServerEndpoint("/slow")
  public static class Slow {
    @OnMessage
    public String text(Reader message) throws Exception {
      READ.add("first " + (char) message.read());
      Thread.sleep(LIVELY.deadAfter().plusSeconds(1).toMillis());
      READ.add("worked");
      return "second " + (char) message.read();
    }
  }

  private static final Limits LIVELY =
      Limits.builder()
          .pingInterval(Duration.ofMillis(200))
          .deadAfter(Duration.ofSeconds(2))
          .build();

  @Test
  void whoWorksOnAPieceDoesNotLoseThePeerItHasNotListenedTo() throws Exception {
    READ.clear();
    try (TautlineServer server =
            TautlineServer.builder().port(0).limits(LIVELY).endpoints(Slow.class).start();
        JdkClient client = new JdkClient(server.port(), "/slow")) {
      client.socket().sendText("a", false).join();
      read("first a");
      read("worked");
      client.expectPing(); // it listens again
      client.socket().sendText("b", true).join();
      client.expect("text second b");
    }
  }

  @Test
  void aHandlerThatIsRemovedReadsItsMessageToTheEnd() throws Exception {
    try (TautlineServer server = reader();
        JdkClient client = new JdkClient(server.port(), "/once")) {
      client.socket().sendText("a", false).join();
      read("a");
      client.socket().sendText("b", true).join();
      for (String told : List.of("b", "read", "open true")) {
        read(told);
      }
      client.send("nobody takes this");
      client.socket().sendClose(1000, "").join();
      read("closed 1000");
    }
  }

  @Test
  void aGibibyteEachWayFitsThroughAHeapOf64Mebibytes() throws Exception {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=64m",
                "-cp",
                System.getProperty("java.class.path"),
                Gibibyte.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(List.of(said.split("\n", -1)))
        .as(said)
        .anyMatch(line -> line.startsWith("up true 1073741824 bytes"))
        .anyMatch(line -> line.startsWith("down true 1073741824 bytes"));
  }
}
