package io.tautline.tests.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.channel.ClientDial;
import io.tautline.channel.WebSocketChannel;
import io.tautline.handshake.HandshakeException;
import io.tautline.tests.JdkClient;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of messages when programs and clients come, go, and take their time. */
class PipeFlowTest {
  @TempDir Path folder;

  @Test
  void theEndOfTheStandardInputCostsNothing() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--stdin", "--lines");
        JdkClient client = new JdkClient(pipe.port, "/")) {
      pipe.process.in().write("one\nno newline".getBytes(StandardCharsets.UTF_8));
      pipe.process.in().close();
      client.expect("text one");
      client.expect("text no newline");
      Duration before = pipe.process.cpu();
      client.socket().sendPing(java.nio.ByteBuffer.allocate(2)).join();
      client.expect("pong 2");
      await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
      assertThat(pipe.process.cpu().minus(before)).isLessThan(Duration.ofMillis(500));
    }
  }

  @Test
  void programsComeAndGo() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--lines");
        JdkClient client = new JdkClient(pipe.port, "/")) {
      for (int i = 0; i < 5; i++) {
        pipe.write("line " + i + "\n");
        client.expect("text line " + i);
      }
      client.send("before anyone reads");
      for (int i = 0; i < 3; i++) {
        try (InputStream out = pipe.read()) {
          if (i == 0) {
            assertThat(out.readNBytes(20)).asString().isEqualTo("before anyone reads\n");
          }
          client.send("reader " + i);
          String got = "";
          while (!got.endsWith("reader " + i + "\n")) {
            got += (char) out.read();
          }
        }
      }
    }
  }

  @Test
  void whileNobodyReadsTheOldestPacketsMakeRoom() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--lengths", "--max-queue", "1000");
        JdkClient client = new JdkClient(pipe.port, "/")) {
      for (int i = 0; i < 500; i++) {
        client.send("message " + i);
      }
      client.socket().sendPing(java.nio.ByteBuffer.allocate(2)).join();
      client.expect("pong 2");
      pipe.process.awaitError("nobody reads .*out.fifo: only the newest 1000 bytes are kept");
      try (InputStream out = pipe.read()) {
        client.send("the end");
        String first = message(out);
        String last = first;
        while (!last.equals("the end")) {
          last = message(out);
        }
        assertThat(first).matches("message 4\\d\\d");
      }
    }
  }

  private static String message(InputStream out) throws IOException {
    byte[] length = out.readNBytes(4);
    return new String(out.readNBytes(length[3]), StandardCharsets.UTF_8);
  }

  @Test
  void aClientThatDoesNotReadIsClosedAndTheOthersMissNothing() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--lines", "--max-queue", "100000");
        Socket stalled = Pipe.upgraded(pipe.port);
        JdkClient client = new JdkClient(pipe.port, "/");
        OutputStream in = new FileOutputStream(pipe.in.toFile())) {
      assertThat(stalled.isConnected()).isTrue();
      String line = "x".repeat(999) + "\n";
      for (int i = 0; i < 20_000; i++) {
        in.write(line.getBytes(StandardCharsets.UTF_8));
        if (i % 10 == 9) {
          for (int k = 0; k < 10; k++) {
            client.expect("text " + "x".repeat(999));
          }
        }
      }
      in.write("the end\n".getBytes(StandardCharsets.UTF_8));
      client.expect("text the end");
      // What the stalled client could take has arrived; then comes the end, not the rest.
      byte[] all = stalled.getInputStream().readAllBytes();
      assertThat(all.length).isLessThan(20_000 * 1000);
    } catch (java.net.SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  @Test
  void aReaderThatIsSlowHoldsClientsBackAndGetsEverything() throws Exception {
    int count = 20_000;
    try (Pipe pipe = new Pipe(folder, "--lines", "--max-queue", "10000");
        WebSocketChannel client = pipe.connect();
        InputStream out = pipe.read()) {
      client.writeText("");
      assertThat(out.read()).as("the gateway knows of its reader").isEqualTo('\n');
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < count; i++) {
                    client.writeText(i + "x".repeat(1000));
                  }
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      // 20 MB do not fit into pipes and sockets, so the client is still at it.
      assertThat(out.read()).isEqualTo('0');
      await().pollDelay(Duration.ofMillis(500)).until(() -> !sending.isDone());
      java.io.BufferedReader lines =
          new java.io.BufferedReader(
              new java.io.InputStreamReader(out, StandardCharsets.UTF_8), 1 << 16);
      assertThat(lines.readLine()).isEqualTo("x".repeat(1000));
      for (int i = 1; i < count; i++) {
        assertThat(lines.readLine()).startsWith(i + "x");
      }
      sending.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void whoComesWhileTooManyHaveNotBeenToldOfIsRefused() throws Exception {
    String[] options = {"--strict", "--json-events", "--max-queue", "10000"};
    try (Pipe pipe = new Pipe(folder, options);
        WebSocketChannel first = pipe.connect();
        InputStream out = pipe.read()) {
      assertThat(skipEvent(out)).as("the gateway knows of its reader").isEqualTo(0x10);
      URI path = URI.create("ws://localhost:" + pipe.port + "/?" + "x".repeat(4000));
      int come = 0;
      HandshakeException refused = null;
      while (refused == null && come < 1000) {
        try {
          new ClientDial().dial(path).close();
          come++;
        } catch (HandshakeException e) {
          refused = e;
        }
      }
      // A pipe holds 64 KiB; of the rest twice the bound may wait, and one more.
      assertThat(come).isBetween(5, 40);
      assertThat(refused).isNotNull();
      assertThat(refused.status()).isEqualTo(503);
      for (int i = 0; i < 2 * come; i++) {
        skipEvent(out);
      }
      first.writeText("still here");
      new ClientDial().dial(path).close();
    }
  }

  private static int skipEvent(InputStream out) throws IOException {
    ByteBuffer head = ByteBuffer.wrap(out.readNBytes(12));
    assertThat(out.readNBytes(head.getInt(8))).hasSize(head.getInt(8));
    return head.getInt(4);
  }

  @Test
  void aReaderOfTheStandardOutputThatLeavesEndsIt() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--stdout");
        JdkClient client = new JdkClient(pipe.port, "/")) {
      pipe.process.out().close();
      client.send("nobody hears this");
      client.expect("close 1001 the server is stopping");
      assertThat(pipe.process.exit()).isEqualTo(1);
    }
  }
}
