package io.tautline.tests.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.channel.ClientDial;
import io.tautline.channel.WebSocketChannel;
import io.tautline.protocol.Opcode;
import io.tautline.tests.Identity;
import io.tautline.tests.JdkClient;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in to the gateway, and to which pipes. */
class PipeGatewayTest {
  @TempDir Path folder;

  /** Broadcasts must not reach those who have not been let in yet. */
  @Test
  void aHandshakeUnderWayIsNotDisturbedByBroadcasts() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--lines");
        Socket late = new Socket("localhost", pipe.port);
        JdkClient client = new JdkClient(pipe.port, "/")) {
      late.getOutputStream()
          .write(Pipe.UPGRADE.substring(0, 40).getBytes(StandardCharsets.US_ASCII));
      pipe.write("too early\n");
      client.expect("text too early");
      late.getOutputStream().write(Pipe.UPGRADE.substring(40).getBytes(StandardCharsets.US_ASCII));
      String head = Pipe.head(late);
      assertThat(head).startsWith("HTTP/1.1 101");
      pipe.write("now\n");
      assertThat(late.getInputStream().readNBytes(5))
          .isEqualTo(new byte[] {(byte) 0x81, 3, 'n', 'o', 'w'});
    }
  }

  /** A failed accept once ended the whole program. */
  @Test
  void withoutDescriptorsItWaitsUntilSomeAreBack() throws Exception {
    List<Socket> many = new ArrayList<>();
    List<String> limited = List.of("bash", "-c", "ulimit -n 100 && exec \"$@\"", "bash");
    try (SampleProcess process =
        new SampleProcess(
            limited,
            "pipe",
            "--port=0",
            "--echo",
            "--pipein=" + folder.resolve("in"),
            "--pipeout=" + folder.resolve("out"))) {
      int port = Integer.parseInt(process.awaitError("pipe on ws://localhost:(\\d+)"));
      long before = process.files();
      for (int i = 0; i < 150; i++) {
        many.add(new Socket("localhost", port));
      }
      await().until(() -> process.files() >= 99); // one may be free for the moment of a look
      for (Socket socket : many) {
        socket.close();
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> process.files() <= before + 5);
      try (JdkClient client = new JdkClient(port, "/")) {
        client.send("still here").expect("text still here");
      }
    }
  }

  @Test
  void messagesAndFramesThatAreTooLongAre1009() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--max-frame-size", "100", "--max-message-size", "150")) {
      try (JdkClient client = new JdkClient(pipe.port, "/")) {
        client.socket().sendText("x".repeat(101), true);
        client.expect("close 1009 frame longer than 100 bytes (maxFrameBytes)");
      }
      try (JdkClient client = new JdkClient(pipe.port, "/")) {
        client.socket().sendText("x".repeat(100), false).join();
        client.socket().sendText("x".repeat(51), true);
        client.expect("close 1009 message longer than 150 bytes (maxTextBytes)");
      }
    }
  }

  @Test
  void routesHavePipesOfTheirOwn() throws Exception {
    Path otherIn = folder.resolve("other.in");
    Path otherOut = folder.resolve("other.out");
    Path v2In = folder.resolve("v2.in");
    Path v2Out = folder.resolve("v2.out");
    try (Pipe pipe =
            new Pipe(
                folder,
                "--lines",
                "--route",
                "/other=" + otherIn + "," + otherOut,
                "--route",
                "/other@v2=" + v2In + "," + v2Out);
        JdkClient any = new JdkClient(pipe.port, "/");
        JdkClient other = new JdkClient(pipe.port, "/other");
        JdkClient v2 = new JdkClient(pipe.port, "/other", "v1", "v2")) {
      assertThat(v2.socket().getSubprotocol()).isEqualTo("v2");
      pipe.write("for any\n");
      Files.writeString(otherIn, "for other\n", java.nio.file.StandardOpenOption.WRITE);
      Files.writeString(v2In, "for v2\n", java.nio.file.StandardOpenOption.WRITE);
      any.expect("text for any");
      other.expect("text for other");
      v2.expect("text for v2");
      v2.send("from v2");
      try (InputStream out = Pipe.read(v2Out)) {
        assertThat(out.readNBytes(8)).asString().isEqualTo("from v2\n");
      }
    }
  }

  @Test
  void subprotocolsAreChosenIfTheyAreSpoken() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--subprotocol", "b", "--subprotocol", "a");
        JdkClient spoken = new JdkClient(pipe.port, "/", "x", "a", "b");
        JdkClient none = new JdkClient(pipe.port, "/")) {
      assertThat(spoken.socket().getSubprotocol()).isEqualTo("a");
      assertThat(none.socket().getSubprotocol()).isEmpty();
    }
  }

  @Test
  void aBrowserGetsAPageAndEveryRequestOneLineInTheAccessLog() throws Exception {
    Path log = folder.resolve("access.log");
    try (Pipe pipe = new Pipe(folder, "--access-log", log.toString(), "--addr", "127.0.0.1")) {
      HttpResponse<String> page =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + pipe.port + "/x"))
                      .header("User-Agent", "say \"hi\"")
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
      assertThat(page.body()).contains("new WebSocket");
      Map<String, String> elsewhere = Map.of("Origin", "https://evil.example");
      assertThat(JdkClient.refusal(pipe.port, "/", elsewhere).statusCode()).isEqualTo(403);
      try (JdkClient client = new JdkClient(pipe.port, "/ok")) {
        client.socket().sendClose(1000, "").join();
        client.expect("close 1000 ");
      }
      String when = "\\[\\d\\d/\\w{3}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}]";
      List<String> lines = Files.readAllLines(log);
      assertThat(lines).hasSize(3);
      assertThat(lines.get(0))
          .matches(
              "127\\.0\\.0\\.1 - - "
                  + when
                  + " \"GET /x HTTP/1\\.1\" 200 \\d+ \"-\" \"say \\\\\"hi\\\\\"\" \\d+");
      assertThat(lines.get(1)).contains("\"GET / HTTP/1.1\" 403 ");
      assertThat(lines.get(2)).contains("\"GET /ok HTTP/1.1\" 101 ");
    }
  }

  @Test
  void originsThatAreNamedMayConnect() throws Exception {
    Map<String, String> page = Map.of("Origin", "https://example.org");
    try (Pipe pipe = new Pipe(folder, "--origin", "https://example.org");
        JdkClient client = new JdkClient(pipe.port, "/", page)) {
      assertThat(client.socket().isOutputClosed()).isFalse();
    }
  }

  @Test
  void ipv6IsListenedOn() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--addr", "::1", "--echo-mode");
        SocketChannel socket =
            SocketChannel.open(new java.net.InetSocketAddress("::1", pipe.port))) {
      WebSocketChannel client = new ClientDial().dial(URI.create("ws://[::1]/"), socket);
      client.writeText("six");
      assertThat(client.read()).isEqualTo(Opcode.TEXT);
    }
  }

  @Test
  void tlsIsSpokenWithACertificateAndKey() throws Exception {
    Identity identity = Identity.of(folder, "dns:localhost", "EC");
    try (Pipe pipe =
        new Pipe(
            folder,
            "--echo",
            "--ssl-cert",
            identity.chain() + "",
            "--ssl-key",
            identity.key() + "")) {
      try (SampleProcess client =
          new SampleProcess(
              "echo", "client", "--url", "wss://localhost:" + pipe.port + "/", "--insecure")) {
        assertThat(client.exit()).isZero();
        assertThat(client.out().readAllBytes()).asString().contains("received: Test message");
      }
    }
  }
}
