package io.tautline.tests.autobahn;

import io.tautline.boot.TautlineServer;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Extension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sections 12 and 13 against our client. */
class DeflateClientTest {
  private record Deflate(String getName, List<Extension.Parameter> getParameters)
      implements Extension {}

  private record Flag(String getName, String getValue) implements Extension.Parameter {}

  @Test
  void everyCaseIsOk() throws Exception {
    DeflateMatrix matrix = new DeflateMatrix(Suite.reports("deflate-client"));
    Extension deflate =
        new Deflate("permessage-deflate", List.of(new Flag("client_max_window_bits", "")));
    ClientEndpointConfig config =
        ClientEndpointConfig.Builder.create().extensions(List.of(deflate)).build();
    try (TautlineServer client = Echoes.server();
        ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      for (DeflateMatrix.Case one : DeflateMatrix.cases()) {
        CompletableFuture<Void> served =
            CompletableFuture.runAsync(() -> serve(listener, one, matrix));
        URI uri = URI.create("ws://localhost:" + listener.getLocalPort() + "/");
        new EchoClient().run(client.container(), config, uri);
        served.join();
      }
    }
    matrix.finish();
  }

  private static void serve(ServerSocket listener, DeflateMatrix.Case one, DeflateMatrix matrix) {
    try (DeflatePeer peer = new DeflatePeer(listener.accept(), false)) {
      Map<String, String> head = peer.head();
      String offer = head.getOrDefault("sec-websocket-extensions", "");
      String answer = answer(one, offer);
      peer.write(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + accept(head.get("sec-websocket-key"))
              + "\r\n"
              + (answer == null ? "" : "Sec-WebSocket-Extensions: " + answer + "\r\n")
              + "\r\n");
      if (answer == null) {
        matrix.add(one, "UNIMPLEMENTED: " + offer, "OK", null, 0);
        return;
      }
      peer.agreed(
          answer.contains("server_no_context_takeover"),
          answer.contains("client_no_context_takeover"),
          DeflateServerTest.number(answer, "client_max_window_bits="));
      matrix.run(one, peer, false);
    } catch (IOException e) {
      matrix.add(one, "FAILED: " + e, "UNCLEAN", null, 0);
    }
  }

  /** Answers with the first thing asked that the offer allows. */
  private static @Nullable String answer(DeflateMatrix.Case one, String offer) {
    for (DeflateMatrix.Ask ask : one.asks()) {
      boolean possible = ask.window() == 0 || offer.contains("client_max_window_bits");
      if (offer.startsWith("permessage-deflate") && possible) {
        return "permessage-deflate"
            + (offer.contains("server_no_context_takeover") ? "; server_no_context_takeover" : "")
            + (ask.alone() ? "; client_no_context_takeover" : "")
            + (ask.window() > 0 ? "; client_max_window_bits=" + ask.window() : "");
      }
    }
    return null;
  }

  private static String accept(@Nullable String key) throws IOException {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
  }
}
