package io.tautline.tests.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import io.tautline.tests.Identity;
import io.tautline.tests.JdkClient;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The echo's jar: its server with the JDK's client, its client with its server. */
class EchoJarTest {
  private static final String TIME = "\\d\\d:\\d\\d:\\d\\d\\.\\d{6} ";

  @TempDir Path folder;
  private SampleProcess server;
  private int port;

  @BeforeEach
  void start() throws Exception {
    server = new SampleProcess("echo", "server", "--port", "0", "--compression");
    port = port(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static int port(SampleProcess server) throws IOException {
    String line = line(server.out());
    assertThat(line).matches("echo at wss?://\\S+:\\d+/echo_service");
    assertThat(line(server.out())).startsWith("  page at http");
    return Integer.parseInt(line.replaceAll(".*:(\\d+)/.*", "$1"));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      assertThat(c).as("after %s", line).isNotNegative();
      line.append((char) c);
    }
    return line.toString();
  }

  private SampleProcess client(String... options) throws IOException {
    String[] all = new String[options.length + 3];
    all[0] = "client";
    all[1] = "--url";
    all[2] = "ws://localhost:" + port + "/echo_service";
    System.arraycopy(options, 0, all, 3, options.length);
    return new SampleProcess("echo", all);
  }

  private static List<String> lines(SampleProcess process) throws IOException {
    return new String(process.out().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
  }

  /** Payloads of 126 bytes and more once killed the server. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 200_000})
  void everyLengthComesBack(int length) throws Exception {
    try (JdkClient client = new JdkClient(port, "/echo_service")) {
      client.send("x".repeat(length));
      client.expect("text " + "x".repeat(length));
    }
  }

  @Test
  void binaryAndFragmentsComeBack() throws Exception {
    try (JdkClient client = new JdkClient(port, "/echo_service")) {
      client.socket().sendBinary(ByteBuffer.allocate(300), true).join();
      client.expect("binary 300");
      client.socket().sendText("one ", false).join();
      client.socket().sendText("two ", false).join();
      client.socket().sendText("three", true).join();
      client.expect("text one two three");
    }
  }

  /** Firefox sends both tokens; such a request once got no answer at all. */
  @Test
  void keepAliveBesideUpgradeIsAnUpgrade() throws Exception {
    try (Socket socket = new Socket("localhost", port)) {
      String request =
          "GET /echo_service HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
              + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(line(socket.getInputStream())).startsWith("HTTP/1.1 101");
    }
  }

  /** The Close frame is answered before TCP ends. */
  @Test
  void aCloseIsAnswered() throws Exception {
    try (JdkClient client = new JdkClient(port, "/echo_service")) {
      client.socket().sendClose(1000, "bye").join();
      client.expect("close 1000 ");
    }
  }

  @Test
  void thePageAndTheSourceAreServed() throws Exception {
    for (List<String> file :
        List.of(
            List.of("", "text/html; charset=utf-8", "Received"),
            List.of("echo.js", "text/javascript; charset=utf-8", "new WebSocket(url)"),
            List.of("echo.css", "text/css; charset=utf-8", "--accent"),
            List.of("Echo.java", "application/octet-stream", "@ServerEndpoint"))) {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/" + file.get(0)))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).hasValue(file.get(1));
      assertThat(response.body()).contains(file.get(2)).doesNotContain("https://");
    }
  }

  @Test
  void sigtermExitsWith0() throws Exception {
    assertThat(server.terminate()).isZero();
  }

  @Test
  void theClientSaysWhatItSendsAndGetsWithMicroseconds() throws Exception {
    try (SampleProcess client = client("--message", "grüße")) {
      List<String> lines = lines(client);
      assertThat(lines).hasSize(2);
      assertThat(lines.get(0)).matches(TIME + "sending: grüße");
      assertThat(lines.get(1)).matches(TIME + "received: grüße");
      assertThat(client.exit()).isZero();
    }
  }

  @Test
  void countSizeAndBinaryAreSentAndSummedUp() throws Exception {
    try (SampleProcess client = client("--count", "3", "--size", "70000", "--binary")) {
      List<String> lines = lines(client);
      assertThat(lines.get(0)).matches(TIME + "sending: 70000 bytes");
      assertThat(lines.get(5)).matches(TIME + "received: 70000 bytes");
      assertThat(lines.get(6))
          .matches("3 round trips, shortest [\\d.]+ ms, mean [\\d.]+ ms, longest [\\d.]+ ms");
      assertThat(client.exit()).isZero();
    }
  }

  @Test
  void pingsAreAnsweredByPongs() throws Exception {
    try (SampleProcess client = client("--ping", "--count", "2")) {
      List<String> lines = lines(client);
      assertThat(lines.get(0)).matches(TIME + "sending: ping 0");
      assertThat(lines.get(1)).matches(TIME + "received: pong 0");
      assertThat(lines.get(3)).matches(TIME + "received: pong 1");
      assertThat(client.exit()).isZero();
    }
  }

  @Test
  void interactiveSendsEachLine() throws Exception {
    try (SampleProcess client = client("--interactive")) {
      try (OutputStream keyboard = client.in()) {
        keyboard.write("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
      }
      assertThat(lines(client))
          .anyMatch(line -> line.endsWith("received: one"))
          .anyMatch(line -> line.endsWith("received: two"));
      assertThat(client.exit()).isZero();
    }
  }

  @Test
  void traceShowsTheHandshakeAndEveryFrame() throws Exception {
    try (SampleProcess client =
        client(
            "--trace",
            "--header",
            "X-Who: me",
            "--subprotocol",
            "p",
            "--compression",
            "--size",
            "3000")) {
      assertThat(client.exit()).isZero();
      assertThat(client.errors())
          .contains(
              "> GET /echo_service HTTP/1.1",
              "> X-Who: me",
              "> Sec-WebSocket-Protocol: p",
              "< HTTP/1.1 101 Switching Protocols",
              "> close fin masked 2 bytes",
              "< close fin 2 bytes")
          .anyMatch(line -> line.matches("> text fin compressed masked \\d+ bytes"))
          .anyMatch(line -> line.matches("< text fin compressed \\d+ bytes"));
    }
  }

  @Test
  void tlsNeedsACertificateThatIsTrustedOrInsecure() throws Exception {
    Identity identity = Identity.of(folder, "dns:localhost", "EC");
    try (SampleProcess secure =
        new SampleProcess(
            "echo",
            "server",
            "--port=0",
            "--ssl-cert=" + identity.chain(),
            "--ssl-key=" + identity.key())) {
      String url = "wss://localhost:" + port(secure) + "/echo_service";
      try (SampleProcess trusting =
              new SampleProcess("echo", "client", "--url", url, "--insecure");
          SampleProcess careful = new SampleProcess("echo", "client", "--url", url)) {
        assertThat(trusting.exit()).isZero();
        assertThat(careful.exit()).isEqualTo(1);
        assertThat(careful.errors()).singleElement().asString().contains("certif");
      }
    }
  }

  /** Closes with what it is told. */
  @ServerEndpoint("/close")
  public static class Closing {
    @OnMessage
    public void close(Session session, String reason) throws IOException {
      session.close(new CloseReason(CloseCodes.GOING_AWAY, reason));
    }
  }

  @Test
  void aCloseWithAnotherCodeIsToldAndExit3() throws Exception {
    try (TautlineServer closing =
            TautlineServer.builder().port(0).endpoints(Closing.class).start();
        SampleProcess client =
            new SampleProcess(
                "echo",
                "client",
                "--url=ws://localhost:" + closing.port() + "/close",
                "--message=bye")) {
      assertThat(client.exit()).isEqualTo(3);
      assertThat(lines(client)).anyMatch(line -> line.endsWith("closed: 1001 bye"));
    }
  }

  static Stream<List<String>> mistakes() {
    return Stream.of(
        List.of("2", "Unknown option: '--mesage'. Try --help.", "client", "--mesage"),
        List.of(
            "2",
            "a URL is ws://HOST/PATH or wss://HOST/PATH, not http://x/. Try --help.",
            "client",
            "--url=http://x/"),
        List.of("2", "a header is 'NAME: VALUE', not x. Try --help.", "client", "--header=x"),
        List.of("2", "--count and --timeout must be positive. Try --help.", "client", "--count=0"),
        List.of("2", "--ssl-cert and --ssl-key go together. Try --help.", "server", "--ssl-key=x"),
        List.of(
            "1",
            "Cannot start: cannot read /nowhere, see --ssl-cert and --ssl-key",
            "server",
            "--ssl-cert=/nowhere",
            "--ssl-key=/nowhere"),
        List.of(
            "1",
            "Cannot listen on localhost port PORT: Address already in use. Choose another with --addr or --port.",
            "server",
            "--port=PORT"),
        List.of(
            "1",
            "The server refused: no endpoint at /x (404)",
            "client",
            "--url=ws://localhost:PORT/x"),
        List.of(
            "1",
            "Cannot talk to ws://nowhere.invalid/: no such host",
            "client",
            "--url=ws://nowhere.invalid/"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsOneClearLineAndTheRightStatus(List<String> mistake) throws Exception {
    List<String> all =
        mistake.stream().map(text -> text.replace("PORT", Integer.toString(port))).toList();
    try (SampleProcess process =
        new SampleProcess("echo", all.subList(2, all.size()).toArray(String[]::new))) {
      assertThat(process.errors())
          .singleElement()
          .asString()
          .startsWith(all.get(1).replaceAll(" no endpoint.*", ""));
      assertThat(process.exit()).isEqualTo(Integer.parseInt(all.get(0)));
    }
  }

  @Test
  void noAnswerInTimeIsToldAndExit1() throws Exception {
    try (ServerSocket silent = new ServerSocket(0);
        SampleProcess client =
            new SampleProcess(
                "echo", "client", "--url=ws://localhost:" + silent.getLocalPort(), "--timeout=1")) {
      assertThat(client.exit()).isEqualTo(1);
      assertThat(client.errors()).containsExactly("No answer within 1 s, see --timeout");
    }
  }
}
