package io.tautline.tests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.deflate.DeflateOptions;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.Session;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compression that every client can use (RFC 7692). */
class CompressionTest {
  private static final DeflateOptions TAKEOVER = new DeflateOptions(true, 15, 6, 0);

  /** Collects what comes. */
  private static final class Client extends Endpoint {
    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();

    @Override
    public void onOpen(Session session, EndpointConfig config) {
      session.setMaxTextMessageBufferSize(4 << 20);
      session.setMaxBinaryMessageBufferSize(4 << 20);
      session.addMessageHandler(String.class, received::add);
      session.addMessageHandler(ByteBuffer.class, received::add);
    }
  }

  private static TautlineServer server(DeflateOptions options, Limits limits) throws Exception {
    return TautlineServer.builder()
        .port(0)
        .limits(limits)
        .compression(options)
        .endpoints(Endpoints.Echo.class)
        .start();
  }

  /** Returns the header by which a server answers an offer; empty if it declines. */
  private static String answer(TautlineServer server, String offer, List<Socket> open)
      throws Exception {
    Socket socket = new Socket("localhost", server.port());
    open.add(socket);
    String request =
        "GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Extensions: "
            + offer
            + "\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    assertThat(head.toString()).startsWith("HTTP/1.1 101");
    return head.toString()
        .lines()
        .filter(line -> line.startsWith("Sec-WebSocket-Extensions: "))
        .map(line -> line.substring(26))
        .findFirst()
        .orElse("");
  }

  private static void closeAll(List<Socket> open) throws Exception {
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void messagesThatReferToEarlierOnesAreRead(boolean clientTakesOver) throws Exception {
    DeflateOptions own = clientTakesOver ? TAKEOVER : DeflateOptions.DEFAULT;
    try (TautlineServer server = server(DeflateOptions.DEFAULT, Limits.DEFAULT);
        TautlineServer other = server(own, Limits.DEFAULT)) {
      Client client = new Client();
      Extension deflate =
          other.container().getInstalledExtensions().stream()
              .filter(one -> one.getName().equals("permessage-deflate"))
              .findFirst()
              .orElseThrow();
      ClientEndpointConfig config =
          ClientEndpointConfig.Builder.create().extensions(List.of(deflate)).build();
      try (Session session =
          other
              .container()
              .connectToServer(
                  client, config, URI.create("ws://localhost:" + server.port() + "/echo"))) {
        assertThat(session.getNegotiatedExtensions()).hasSize(1);
        for (int i = 0; i < 20; i++) {
          String text = "what the first message says, the others repeat ".repeat(40 + i);
          session.getBasicRemote().sendText(text);
          assertThat(client.received.poll(10, TimeUnit.SECONDS)).isEqualTo(text);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100 << 10, 1 << 20})
  void highlyCompressibleMessagesAreReadByBothEnds(int size) throws Exception {
    try (TautlineServer server = server(DeflateOptions.DEFAULT, Limits.DEFAULT)) {
      Client client = new Client();
      ClientEndpointConfig config =
          ClientEndpointConfig.Builder.create()
              .extensions(List.copyOf(server.container().getInstalledExtensions()))
              .build();
      try (Session session =
          server
              .container()
              .connectToServer(
                  client, config, URI.create("ws://localhost:" + server.port() + "/echo"))) {
        session.getBasicRemote().sendText(" ".repeat(size));
        assertThat(client.received.poll(10, TimeUnit.SECONDS)).isEqualTo(" ".repeat(size));
      }
    }
  }

  @Test
  void aClientDoesWithoutItsContextOnlyIfItOffersThat() throws Exception {
    List<Socket> open = new ArrayList<>();
    try (TautlineServer server = server(DeflateOptions.DEFAULT, Limits.DEFAULT)) {
      assertThat(answer(server, "permessage-deflate; client_max_window_bits", open))
          .isEqualTo("permessage-deflate; server_no_context_takeover");
      assertThat(answer(server, "permessage-deflate; client_no_context_takeover", open))
          .isEqualTo("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    } finally {
      closeAll(open);
    }
  }

  @Test
  void contextsOfClientsAreCountedAndGivenBack() throws Exception {
    List<Socket> open = new ArrayList<>();
    Limits limits =
        Limits.builder().maxUnfinishedBytes(3 * DeflateOptions.CLIENT_CONTEXT_BYTES).build();
    try (TautlineServer server = server(DeflateOptions.DEFAULT, limits)) {
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 3; i++) {
          assertThat(answer(server, "permessage-deflate", open)).isNotEmpty();
        }
        assertThat(answer(server, "permessage-deflate", open)).isEmpty();
        assertThat(answer(server, "permessage-deflate; client_no_context_takeover", open))
            .isNotEmpty();
        closeAll(open);
        await().until(() -> server.connections() == 0);
      }
    } finally {
      closeAll(open);
    }
  }

  @Test
  void aServerMayDeclineInstead() throws Exception {
    List<Socket> open = new ArrayList<>();
    DeflateOptions options = new DeflateOptions(false, 15, 3, 1024, false);
    try (TautlineServer server = server(options, Limits.DEFAULT)) {
      assertThat(answer(server, "permessage-deflate", open)).isEmpty();
      assertThat(answer(server, "permessage-deflate; client_no_context_takeover", open))
          .isNotEmpty();
    } finally {
      closeAll(open);
    }
  }
}
