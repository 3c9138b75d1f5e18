package io.tautline.tests.samples;

import static io.tautline.tests.samples.Pipe.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.channel.ClientDial;
import io.tautline.channel.WebSocketChannel;
import io.tautline.protocol.Opcode;
import io.tautline.tests.Identity;
import io.tautline.tests.JdkClient;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gateway as a server: who is let in, what is bounded, how it starts and ends. */
class PipeGatewayTest {
  @TempDir Path folder;

  @Test
  void sigtermTells1001RemovesThePipesAndExitsWith0() throws Exception {
    try (Pipe pipe = new Pipe(folder);
        JdkClient client = new JdkClient(pipe.port, "/")) {
      assertThat(pipe.process.terminate()).isZero();
      client.expect("close 1001 the server is stopping");
      assertThat(pipe.in).doesNotExist();
      assertThat(pipe.out).doesNotExist();
    }
  }

  @Test
  void aReaderThatIsStuckDoesNotHoldUpTheEnd() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--max-queue", "1000");
        WebSocketChannel client = pipe.connect();
        InputStream stuck = pipe.read()) {
      client.writeText("first");
      assertThat(stuck.read()).isEqualTo('f');
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  while (true) {
                    client.writeText("x".repeat(10_000));
                  }
                } catch (IOException e) {
                  // the gateway has gone
                }
              });
      await().pollDelay(Duration.ofMillis(500)).until(() -> !sending.isDone());
      assertThat(pipe.process.terminate()).isZero();
    }
  }

  @Test
  void pipesThatWereThereStay() throws Exception {
    Path in = folder.resolve("in.fifo");
    assertThat(new ProcessBuilder("mkfifo", in.toString()).start().waitFor()).isZero();
    try (Pipe pipe = new Pipe(folder)) {
      assertThat(pipe.process.terminate()).isZero();
      assertThat(pipe.in).exists();
      assertThat(pipe.out).doesNotExist();
    }
  }

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
  void untilEofStopsWhenTheInputEnds() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--stdin", "--strict", "--until-eof");
        JdkClient client = new JdkClient(pipe.port, "/")) {
      pipe.process.in().write(packet(0, 1, "last words"));
      pipe.process.in().close();
      client.expect("text last words");
      client.expect("close 1001 the server is stopping");
      assertThat(pipe.process.exit()).isZero();
    }
  }

  @Test
  void anInputThatEndsWithinAPacketIsOneClearLineAndExit1() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--stdin", "--strict", "--until-eof")) {
      pipe.process.in().write(Arrays.copyOf(packet(0, 1, "hello"), 14));
      pipe.process.in().close();
      assertThat(pipe.process.exit()).isEqualTo(1);
      pipe.process.awaitError("the input ended within a packet: 3 bytes are missing");
      assertThat(pipe.process.errors()).noneMatch(line -> line.startsWith("\tat "));
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
        Socket stalled = upgraded(pipe.port);
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

  /** Broadcasts must not reach those who have not been let in yet. */
  @Test
  void aHandshakeUnderWayIsNotDisturbedByBroadcasts() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--lines");
        Socket late = new Socket("localhost", pipe.port);
        JdkClient client = new JdkClient(pipe.port, "/")) {
      late.getOutputStream().write(UPGRADE.substring(0, 40).getBytes(StandardCharsets.US_ASCII));
      pipe.write("too early\n");
      client.expect("text too early");
      late.getOutputStream().write(UPGRADE.substring(40).getBytes(StandardCharsets.US_ASCII));
      String head = head(late);
      assertThat(head).startsWith("HTTP/1.1 101");
      pipe.write("now\n");
      assertThat(late.getInputStream().readNBytes(5))
          .isEqualTo(new byte[] {(byte) 0x81, 3, 'n', 'o', 'w'});
    }
  }

  private static final String UPGRADE =
      "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

  private static Socket upgraded(int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new java.net.InetSocketAddress("localhost", port));
    socket.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
    head(socket);
    return socket;
  }

  private static String head(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    return head.toString();
  }

  @Test
  void messagesAndFramesThatAreTooLongAre1009() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--max-frame-size", "100", "--max-message-size", "150")) {
      try (JdkClient client = new JdkClient(pipe.port, "/")) {
        client.socket().sendText("x".repeat(101), true);
        client.expect("close 1009 frame longer than 100 bytes");
      }
      try (JdkClient client = new JdkClient(pipe.port, "/")) {
        client.socket().sendText("x".repeat(100), false).join();
        client.socket().sendText("x".repeat(51), true);
        client.expect("close 1009 message longer than 150 bytes");
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
  void aUnixSocketIsServedRemovedAndTakenOverWhenStale() throws Exception {
    Path socket = folder.resolve("ws.sock");
    Files.createFile(folder.resolve("placeholder"));
    for (int i = 0; i < 2; i++) {
      try (SampleProcess process = unix(socket)) {
        process.awaitError("pipe on " + socket);
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
          WebSocketChannel client = new ClientDial().dial(URI.create("ws://localhost/"), channel);
          client.writeText("hello");
          assertThat(client.read()).isEqualTo(Opcode.TEXT);
          assertThat(client.text()).isEqualTo("hello");
        }
        if (i == 0) {
          process.kill(); // so that the file stays
          process.exit();
          assertThat(socket).exists();
        } else {
          assertThat(process.terminate()).isZero();
          assertThat(socket).doesNotExist();
        }
      }
    }
  }

  private SampleProcess unix(Path socket) throws IOException {
    return new SampleProcess(
        "pipe",
        "--unix-socket=" + socket,
        "--echo-mode",
        "--pipein=" + folder.resolve("i"),
        "--pipeout=" + folder.resolve("o"));
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

  @Test
  void aConfigurationFileHoldsTheSameOptions() throws Exception {
    Path config = folder.resolve("pipe.properties");
    Files.writeString(
        config,
        "lines = true\nsubprotocol = one\nroute = /a="
            + folder.resolve("a.in")
            + ","
            + folder.resolve("a.out")
            + "\n");
    try (Pipe pipe = new Pipe(folder, "--config", config.toString());
        JdkClient any = new JdkClient(pipe.port, "/", "one");
        JdkClient a = new JdkClient(pipe.port, "/a")) {
      assertThat(any.socket().getSubprotocol()).isEqualTo("one");
      pipe.write("two\nlines\n");
      any.expect("text two");
      any.expect("text lines");
      Files.writeString(folder.resolve("a.in"), "to a\n", java.nio.file.StandardOpenOption.WRITE);
      a.expect("text to a");
    }
  }

  @Test
  void aFileThatIsNoSocketIsNotTakenForAStaleOne() throws Exception {
    Path notes = folder.resolve("notes.txt");
    Files.writeString(notes, "keep me");
    try (SampleProcess process = unix(notes)) {
      assertThat(process.errors())
          .containsExactly(
              "Cannot start: " + notes + " is not a socket. Name another with --unix-socket.");
      assertThat(process.exit()).isEqualTo(1);
      assertThat(notes).hasContent("keep me");
    }
  }

  static Stream<List<String>> mistakes() throws IOException {
    return Stream.of(
        List.of("2", "Unknown option: '--prot'. Try --help.", "--prot"),
        List.of("2", "Unmatched argument at index 0: 'stray'. Try --help.", "stray"),
        List.of("2", "--ssl-cert and --ssl-key go together. Try --help.", "--ssl-cert=x"),
        List.of(
            "2",
            "a route is PATH=IN,OUT or PATH@SUBPROTOCOL=IN,OUT, not /a. Try --help.",
            "--route=/a"),
        List.of(
            "2",
            "--strict, --lines and --lengths exclude each other. Try --help.",
            "--strict",
            "--lines"),
        List.of("2", "a port is 0 to 65535, not 70000. Try --help.", "--port=70000"),
        List.of("2", "a size must be positive, not 0. Try --help.", "--max-queue=0"),
        List.of("2", "cannot read /nowhere. Try --help.", "--config", "/nowhere"),
        List.of(
            "1",
            "Cannot start: cannot read /nowhere, see --ssl-cert and --ssl-key",
            "--ssl-cert=/nowhere",
            "--ssl-key=/nowhere"),
        List.of(
            "1",
            "Cannot start: FOLDER is not a named pipe. Name another with --pipein.",
            "--pipein=FOLDER"),
        List.of(
            "1",
            "Cannot start: FOLDER is not a named pipe. Name another with --pipeout.",
            "--pipeout=FOLDER"),
        List.of(
            "1",
            "Cannot start: mkfifo: cannot create fifo '/nowhere/in': No such file or directory. Name another with --pipein.",
            "--pipein=/nowhere/in"),
        List.of(
            "1",
            "Cannot listen on port PORT: Address already in use. Choose another with --port.",
            "--port=PORT"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsOneClearLineAndTheRightStatus(List<String> mistake) throws Exception {
    try (java.net.ServerSocket taken = new java.net.ServerSocket(0)) {
      List<String> all =
          mistake.stream()
              .map(text -> text.replace("FOLDER", folder.toString()))
              .map(text -> text.replace("PORT", taken.getLocalPort() + ""))
              .toList();
      List<String> arguments = new java.util.ArrayList<>(all.subList(2, all.size()));
      for (String pipe : new String[] {"--pipein", "--pipeout"}) {
        if (arguments.stream().noneMatch(argument -> argument.startsWith(pipe))) {
          arguments.add(pipe + "=" + folder.resolve(pipe + ".fifo"));
        }
      }
      try (SampleProcess process = new SampleProcess("pipe", arguments.toArray(String[]::new))) {
        assertThat(process.errors()).containsExactly(all.get(1));
        assertThat(process.exit()).isEqualTo(Integer.parseInt(all.get(0)));
        assertThat(Files.exists(folder.resolve("--pipein.fifo"))).isFalse();
      }
    }
  }

  @Test
  void helpAndVersionExitWith0() throws Exception {
    for (String option : new String[] {"--help", "-h", "--version", "-V"}) {
      try (SampleProcess process = new SampleProcess("pipe", option)) {
        assertThat(process.exit()).isZero();
        String said = new String(process.out().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said)
            .contains(
                option.toLowerCase(java.util.Locale.ROOT).contains("v") ? "pipe " : "--pipein");
      }
    }
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

  @Test
  void aReaderThatIsSlowHoldsClientsBackAndGetsEverything() throws Exception {
    int count = 20_000;
    try (Pipe pipe = new Pipe(folder, "--lines", "--max-queue", "10000");
        WebSocketChannel client = pipe.connect();
        InputStream out = pipe.read()) {
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
}
