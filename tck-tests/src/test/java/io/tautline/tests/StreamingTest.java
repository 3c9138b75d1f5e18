package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
