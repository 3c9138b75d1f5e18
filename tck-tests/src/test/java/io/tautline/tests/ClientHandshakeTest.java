package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.container.ClientOptions;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our client against servers that answer in their own ways. */
class ClientHandshakeTest {
  private static final String ACCEPTED =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: $accept\r\n\r\n";

  private final List<String> paths = Collections.synchronizedList(new ArrayList<>());
  private final List<Socket> accepted = Collections.synchronizedList(new ArrayList<>());
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private TautlineServer client;
  private ServerSocket listener;

  @BeforeEach
  void start() throws Exception {
    listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    client =
        TautlineServer.builder()
            .port(0)
            .endpoints()
            .limits(
                Limits.builder()
                    .handshakeTimeout(Duration.ofMillis(500))
                    .closeTimeout(Duration.ofSeconds(1))
                    .build())
            .start();
  }

  @Test
  void aContainerThatHasBeenClosedConnectsNoMore() {
    client.close();
    assertThatThrownBy(() -> connect(0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("closed");
    assertThat(client.connections()).isZero();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    listener.close();
  }

  /** Answers one connection after the other; {@code $accept} stands for the right key. */
  private void serve(String... answers) {
    Thread server =
        new Thread(
            () -> {
              for (String answer : answers) {
                try {
                  Socket socket = listener.accept();
                  accepted.add(socket);
                  answer(socket, answer);
                } catch (IOException e) {
                  return; // the test is over
                }
              }
            });
    server.setDaemon(true);
    server.start();
  }

  private void answer(Socket socket, String answer) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    paths.add(head.substring(0, head.indexOf("\r\n")));
    Matcher key = Pattern.compile("Sec-WebSocket-Key: (.*)\r\n").matcher(head);
    assertThat(key.find()).isTrue();
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (key.group(1) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.US_ASCII));
      String accept = Base64.getEncoder().encodeToString(hash);
      socket
          .getOutputStream()
          .write(answer.replace("$accept", accept).getBytes(StandardCharsets.ISO_8859_1));
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
  }

  private Session connect(int redirects) throws DeploymentException, IOException {
    ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
    config.getUserProperties().put(ClientOptions.REDIRECTS, redirects);
    Endpoint endpoint =
        new Endpoint() {
          @Override
          public void onOpen(Session session, EndpointConfig ignored) {
            session.addMessageHandler(String.class, heard::add);
          }
        };
    return client
        .container()
        .connectToServer(
            endpoint, config, URI.create("ws://localhost:" + listener.getLocalPort() + "/a"));
  }

  @Test
  void aFrameInThePacketOfThe101IsNotLost() throws Exception {
    serve(ACCEPTED + "\u0081\u0005early");
    connect(0);
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("early");
  }

  @Test
  void answersBeforeTheLastAreReadOver() throws Exception {
    serve("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 \r\n\r\n" + ACCEPTED);
    assertThat(connect(0).isOpen()).isTrue();
  }

  @Test
  void aForgedAcceptIsRefused() {
    serve(ACCEPTED.replace("$accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    assertThatThrownBy(() -> connect(0))
        .isInstanceOf(DeploymentException.class)
        .hasMessageEndingWith("Sec-WebSocket-Accept does not answer our key");
  }

  @Test
  void anExtensionThatWasNotOfferedIsRefused() {
    serve(ACCEPTED.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"));
    assertThatThrownBy(() -> connect(0))
        .isInstanceOf(DeploymentException.class)
        .hasMessageContaining("extension that was not offered");
  }

  @Test
  void aServerThatDoesNotAnswerIsGivenUp() {
    serve("HTTP/1.1 101 Switching Protocols\r\n");
    assertThatThrownBy(() -> connect(0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no handshake within 500 ms");
  }

  @Test
  void anotherStatusIsTold() {
    serve("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    assertThatThrownBy(() -> connect(0))
        .isInstanceOf(DeploymentException.class)
        .hasMessageEndingWith("the server answered 403 Forbidden");
  }

  @Test
  void redirectsAreRefusedUnlessAskedFor() throws Exception {
    String redirect = "HTTP/1.1 302 Found\r\nLocation: /b?c\r\nContent-Length: 0\r\n\r\n";
    serve(redirect, redirect, ACCEPTED);
    assertThatThrownBy(() -> connect(0))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(
            "the server redirects to /b?c; allow it with user property io.tautline.redirects");
    connect(1);
    assertThat(paths).containsExactly("GET /a HTTP/1.1", "GET /a HTTP/1.1", "GET /b?c HTTP/1.1");
  }

  @Test
  void redirectsToAnotherServerAreRefused() {
    serve("HTTP/1.1 302 Found\r\nLocation: ws://localhost:1/\r\nContent-Length: 0\r\n\r\n");
    assertThatThrownBy(() -> connect(5))
        .hasMessageEndingWith("redirects to ws://localhost:1/, which is another server");
  }

  @Test
  void aPortWhereNobodyListensIsTold() throws IOException {
    listener.close();
    assertThatThrownBy(() -> connect(0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Connection refused");
  }

  /** Were both sides to stop reading while their sends wait, neither would ever go on. */
  @Test
  void aPeerThatTakesNothingIsStillReadFrom() throws Exception {
    serve(ACCEPTED + "\u0081\u0002go");
    Session session = connect(0);
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("go");
    AtomicInteger waiting = new AtomicInteger();
    for (int i = 0; waiting.get() < 40; i++) {
      assertThat(i).as("messages that the peer's system takes").isLessThan(10_000);
      waiting.incrementAndGet();
      session.getAsyncRemote().sendText("x".repeat(5000), sent -> waiting.decrementAndGet());
    }
    OutputStream toClient = accepted.get(0).getOutputStream();
    toClient.write("\u0081\u0003one\u0081\u0003two".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("one");
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("two");
  }

  /** RFC 6455 §7.1.1; what the server still sends must not make the system drop our Close. */
  @Test
  void aClientThatFailsTheConnectionLetsTheServerEndIt() throws Exception {
    client.close();
    client = TautlineServer.builder().port(0).endpoints().start(); // its closeTimeout is longer
    serve(ACCEPTED + "\u00b1\u0000");
    connect(0);
    try (Socket socket = accepted.get(0)) {
      InputStream in = socket.getInputStream();
      assertThat(in.read()).isEqualTo(0x88);
      in.readNBytes(4 + (in.read() & 0x7f));
      socket.setSoTimeout(300);
      assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
    }
  }
}
