package io.tautline.tests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.tautline.HandshakeRejectedException;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.ClientListener;
import io.tautline.connection.Compression;
import io.tautline.connection.Connection;
import io.tautline.connection.Limits;
import io.tautline.connection.Listener;
import io.tautline.connection.Network;
import io.tautline.handshake.AcceptKey;
import io.tautline.handshake.ClientHandshake;
import io.tautline.handshake.Headers;
import io.tautline.handshake.Redirect;
import io.tautline.handshake.ResponseHead;
import io.tautline.handshake.WebSocketUri;
import io.tautline.transport.Wire;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a client finds its server, and what it learns if that refuses. */
class ClientConnectTest {
  private static final String KEY = "Sec-WebSocket-Key: ";

  /** Answers one request with fixed bytes, and keeps the request. */
  private static final class OneAnswer implements AutoCloseable {
    private final ServerSocket listening;
    private final CompletableFuture<String> request = new CompletableFuture<>();

    /**
     * @param answer null for a server that says nothing
     */
    OneAnswer(@Nullable String answer) throws IOException {
      listening = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
      Thread thread = new Thread(() -> serve(answer));
      thread.setDaemon(true);
      thread.start();
    }

    private void serve(@Nullable String answer) {
      try (Socket socket = listening.accept()) {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          head.append((char) socket.getInputStream().read());
        }
        request.complete(head.toString());
        if (answer != null) {
          socket.getOutputStream().write(answer.getBytes(UTF_8));
          socket.shutdownOutput();
        }
        while (socket.getInputStream().read() >= 0) {}
      } catch (IOException e) {
        request.completeExceptionally(e);
      }
    }

    int port() {
      return listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }

  /** Does nothing. */
  public static class Silent extends Endpoint {
    @Override
    public void onOpen(Session session, EndpointConfig config) {}
  }

  private static TautlineServer loopback(String host) throws Exception {
    return TautlineServer.builder()
        .address(new InetSocketAddress(host, 0))
        .endpoints(Endpoints.Echo.class)
        .start();
  }

  private static Session connect(ClientEndpointConfig config, String uri) throws Exception {
    return ContainerProvider.getWebSocketContainer()
        .connectToServer(new Silent(), config, URI.create(uri));
  }

  private static ClientEndpointConfig plain() {
    return ClientEndpointConfig.Builder.create().build();
  }

  /** Returns the request that a URI leads to, at whatever host. */
  private static String request(String uri) throws Exception {
    try (OneAnswer server = new OneAnswer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")) {
      ClientEndpointConfig config = plain();
      config
          .getUserProperties()
          .put("io.tautline.address", new InetSocketAddress("127.0.0.1", server.port()));
      assertThatThrownBy(() -> connect(config, uri)).hasMessageNotContaining("pa");
      return server.request.get(10, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ws://my_service:81/x, my_service:81",
    "ws://my_service/x, my_service",
    "ws://b\u00fccher.test/x, xn--bcher-kva.test",
    "ws://B%C3%BCcher.test/x, xn--bcher-kva.test",
    "ws://[::1%25lo]:81/x, [::1]:81",
    "ws://[::1%lo]/x, [::1]",
    "ws://[fe80::1%25ab0]/x, [fe80::1]",
    "ws://ada:pa%20ss@a.test:80/x, a.test",
    "ws://a.test:/x, a.test"
  })
  void hostsAreWrittenAsServersKnowThem(String uri, String host) throws Exception {
    assertThat(request(uri)).contains("GET /x HTTP/1.1\r\n").contains("\r\nHost: " + host + "\r\n");
  }

  @Test
  void credentialsInAUriAreSentAndShownNowhere() throws Exception {
    String encoded = Base64.getEncoder().encodeToString("ada:pa ss\u00e9".getBytes(UTF_8));
    assertThat(request("ws://ada:pa%20ss%C3%A9@a.test/"))
        .contains("\r\nAuthorization: Basic " + encoded + "\r\n");
    assertThat(WebSocketUri.of(URI.create("ws://ada:secret@a.test/x?y")).uri())
        .hasToString("ws://a.test/x?y");
    assertThatThrownBy(() -> connect(plain(), "ws://ada:secret@a.test/#x"))
        .isInstanceOf(DeploymentException.class)
        .hasMessageContaining("fragment")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws:///x", "ws://a:b:1/", "ws://a:70000/", "http://a/", "ws:a", "/x"})
  void whatNamesNoServerIsRefused(String uri) {
    assertThatThrownBy(() -> connect(plain(), uri)).isInstanceOf(DeploymentException.class);
  }

  @Test
  void aZoneIsUsedToConnect() throws Exception {
    try (TautlineServer server = loopback("::1");
        Session session = connect(plain(), "ws://[::1%25lo]:" + server.port() + "/echo")) {
      assertThat(session.isOpen()).isTrue();
    }
  }

  @Test
  void aRejectionTellsStatusHeadersAndBody() throws Exception {
    for (String length : new String[] {"Content-Length: 8\r\n\r\nbesch\u00e4", "\r\nbesch\u00e4"}) {
      Map<String, List<String>> seen = new HashMap<>();
      ClientEndpointConfig config =
          ClientEndpointConfig.Builder.create()
              .configurator(
                  new ClientEndpointConfig.Configurator() {
                    @Override
                    public void afterResponse(HandshakeResponse response) {
                      seen.putAll(response.getHeaders());
                    }
                  })
              .build();
      try (OneAnswer server = new OneAnswer("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n" + length)) {
        HandshakeRejectedException rejected =
            catchThrowableOfType(
                HandshakeRejectedException.class,
                () -> connect(config, "ws://127.0.0.1:" + server.port() + "/"));
        assertThat(rejected.status()).isEqualTo(503);
        assertThat(rejected.header("retry-after")).isEqualTo("7");
        assertThat(rejected.text()).isEqualTo("besch\u00e4");
        assertThat(rejected).hasMessageContaining("the server answered 503 Busy");
        assertThat(seen).containsEntry("Retry-After", List.of("7"));
      }
    }
  }

  @Test
  void aRejectionInChunksIsPutTogether() throws Exception {
    String body = "4;x=y\r\nbusy\r\na\r\n, sorry...\r\n0\r\n\r\n";
    try (OneAnswer server =
        new OneAnswer("HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n" + body)) {
      HandshakeRejectedException rejected =
          catchThrowableOfType(
              HandshakeRejectedException.class,
              () -> connect(plain(), "ws://127.0.0.1:" + server.port() + "/"));
      assertThat(rejected.text()).isEqualTo("busy, sorry...");
    }
  }

  @Test
  void aRejectionKeepsTheBeginningOfALongBody() throws Exception {
    try (OneAnswer server = new OneAnswer("HTTP/1.1 500 Oh\r\n\r\n" + "x".repeat(1 << 20))) {
      HandshakeRejectedException rejected =
          catchThrowableOfType(
              HandshakeRejectedException.class,
              () -> connect(plain(), "ws://127.0.0.1:" + server.port() + "/"));
      assertThat(rejected.body()).hasSize(64 << 10);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"300 ms", "duration"})
  void theTimeForAHandshakeCanBeSet(String time) throws Exception {
    ClientEndpointConfig config = plain();
    Object value = time.equals("duration") ? Duration.ofMillis(300) : time;
    config.getUserProperties().put("io.tautline.handshakeTimeout", value);
    try (OneAnswer server = new OneAnswer(null)) {
      assertThatThrownBy(() -> connect(config, "ws://127.0.0.1:" + server.port() + "/"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no handshake within 300 ms");
    }
    config.getUserProperties().put("io.tautline.handshakeTimeout", "soon");
    assertThatThrownBy(() -> connect(config, "ws://127.0.0.1:1/"))
        .isInstanceOf(DeploymentException.class)
        .hasMessageContaining("io.tautline.handshakeTimeout takes a time");
  }

  @ParameterizedTest
  @CsvSource({
    "/dir/file?a=1, ?x=2, ws://a.test/dir/file?x=2",
    "/dir/file, other, ws://a.test/dir/other",
    "/dir/file, ../x/./y, ws://a.test/x/y",
    "/dir/file, /e#part, ws://a.test/e",
    "/dir/file, /e?q={1}, ws://a.test/e?q=%7B1%7D",
    "/dir/file?a=1, '', ws://a.test/dir/file?a=1",
    "/dir/file, https://b.test/x, wss://b.test/x",
    "/dir/file, HTTP://b.test, ws://b.test",
    "/dir/file, //b.test:81/x, ws://b.test:81/x",
    "'', x, ws://a.test/x"
  })
  void redirectsAreResolvedAsReferences(String path, String location, String target) {
    assertThat(Redirect.resolve(URI.create("ws://a.test" + path), location)).hasToString(target);
  }

  @Test
  void aRedirectInUtf8IsEscapedByteByByte() {
    String location = new String("/\u00e9".getBytes(UTF_8), ISO_8859_1);
    assertThat(Redirect.resolve(URI.create("ws://a.test/"), location))
        .hasToString("ws://a.test/%C3%A9");
  }

  @Test
  void anAgreedExtensionThatIsNotImplementedIsNamed() throws Exception {
    Extension extension =
        new Extension() {
          @Override
          public String getName() {
            return "x-test";
          }

          @Override
          @SuppressWarnings("NullAway") // as some applications do
          public List<Parameter> getParameters() {
            return null;
          }
        };
    ClientEndpointConfig config =
        ClientEndpointConfig.Builder.create().extensions(List.of(extension)).build();
    try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      Thread server = new Thread(() -> accept(listening, "Sec-WebSocket-Extensions: x-test\r\n"));
      server.setDaemon(true);
      server.start();
      assertThatThrownBy(() -> connect(config, "ws://127.0.0.1:" + listening.getLocalPort() + "/"))
          .hasMessageContaining(
              "the server uses the extension x-test, which was offered but is not implemented");
    }
  }

  private static void accept(ServerSocket listening, String more) {
    try (Socket socket = listening.accept()) {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) socket.getInputStream().read());
      }
      int at = head.indexOf(KEY) + KEY.length();
      String answer =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + more
              + "Sec-WebSocket-Accept: "
              + AcceptKey.answer(head.substring(at, head.indexOf("\r", at)))
              + "\r\n\r\n";
      socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
      while (socket.getInputStream().read() >= 0) {}
    } catch (IOException e) {
      // the client's end
    }
  }

  /** Waits in onOpen until it may go on. */
  private static final class Opening extends Endpoint {
    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();

    @Override
    public void onOpen(Session session, EndpointConfig config) {
      opened.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
      closed.complete(reason);
    }
  }

  @Test
  void anInterruptedConnectLeavesNoSession() throws Exception {
    try (TautlineServer server = loopback("127.0.0.1")) {
      Opening client = new Opening();
      CompletableFuture<Throwable> failure = new CompletableFuture<>();
      Thread connecting =
          new Thread(
              () -> {
                try {
                  ContainerProvider.getWebSocketContainer()
                      .connectToServer(
                          client, plain(), URI.create("ws://127.0.0.1:" + server.port() + "/echo"));
                } catch (Exception e) {
                  failure.complete(e);
                }
              });
      connecting.start();
      assertThat(client.opened.await(10, TimeUnit.SECONDS)).isTrue();
      connecting.interrupt();
      assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
      client.goOn.countDown();
      assertThat(client.closed.get(10, TimeUnit.SECONDS)).isNotNull();
      await().until(() -> server.connections() == 0);
    }
  }

  /** Counts how the attempts end. */
  private static final class Counting implements ClientListener {
    private final CompletableFuture<Integer> outcome = new CompletableFuture<>();
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public Listener accepted(
        Connection connection, ResponseHead response, @Nullable String subprotocol) {
      throw new IllegalStateException("the answer is no upgrade");
    }

    @Override
    public @Nullable Compression compression(ResponseHead response) {
      return null;
    }

    @Override
    public void failed(Exception cause, @Nullable ResponseHead response, byte[] body) {
      calls.incrementAndGet();
      outcome.complete(response == null ? cause.getSuppressed().length - 1 : response.status());
    }
  }

  private static Counting dial(List<InetSocketAddress> addresses) throws Exception {
    Counting counting = new Counting();
    try (Network network = new Network(1, Limits.DEFAULT, "dial")) {
      network.connect(
          addresses,
          Wire::plain,
          new ClientHandshake(
              WebSocketUri.of(URI.create("ws://a.test/")), new byte[16], List.of(), null),
          Headers.NONE,
          Duration.ofSeconds(5),
          counting);
      counting.outcome.get(10, TimeUnit.SECONDS);
    }
    return counting;
  }

  private static InetSocketAddress refusing() throws IOException {
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return new InetSocketAddress("127.0.0.1", closed.getLocalPort());
    }
  }

  @Test
  void everyAddressOfANameIsTriedInTurn() throws Exception {
    try (OneAnswer server = new OneAnswer("HTTP/1.1 418 Tea\r\nContent-Length: 0\r\n\r\n")) {
      InetSocketAddress good = new InetSocketAddress("127.0.0.1", server.port());
      Counting counting = dial(List.of(refusing(), refusing(), good));
      assertThat(counting.outcome).isCompletedWithValue(418);
      assertThat(counting.calls).hasValue(1);
    }
  }

  @Test
  void ifAllAddressesFailTheClientIsToldOnceWithEachCause() throws Exception {
    Counting counting = dial(List.of(refusing(), refusing(), refusing()));
    assertThat(counting.outcome).isCompletedWithValue(1);
    assertThat(counting.calls).hasValue(1);
  }

  @Test
  void anAddressThatDoesNotAnswerIsNotWaitedFor() throws Exception {
    List<Socket> waiting = new ArrayList<>();
    try (OneAnswer server = new OneAnswer("HTTP/1.1 418 Tea\r\nContent-Length: 0\r\n\r\n");
        ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      for (int i = 0; i < 4; i++) { // more than its queue holds: further ones get no answer
        Socket socket = new Socket();
        waiting.add(socket);
        try {
          socket.connect(full.getLocalSocketAddress(), 100);
        } catch (IOException e) {
          break;
        }
      }
      Counting counting =
          dial(
              List.of(
                  new InetSocketAddress("127.0.0.1", full.getLocalPort()),
                  new InetSocketAddress("127.0.0.1", server.port())));
      assertThat(counting.outcome).isCompletedWithValue(418);
      assertThat(counting.calls).hasValue(1);
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }
}
