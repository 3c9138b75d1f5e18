package io.tautline.tests.autobahn;

import io.tautline.boot.TautlineServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Sections 12 and 13 against our server. */
class DeflateServerTest {
  @Test
  void everyCaseIsOk() throws Exception {
    DeflateMatrix matrix = new DeflateMatrix(Suite.reports("deflate-server"));
    try (TautlineServer server = Echoes.server()) {
      for (DeflateMatrix.Case one : DeflateMatrix.cases()) {
        try (DeflatePeer peer = connect(server.port(), one)) {
          matrix.run(one, peer, true);
        } catch (IOException e) {
          matrix.add(one, "FAILED: " + e, "UNCLEAN", null, 0);
        }
      }
    }
    matrix.finish();
  }

  private static DeflatePeer connect(int port, DeflateMatrix.Case one) throws IOException {
    DeflatePeer peer = new DeflatePeer(new Socket(InetAddress.getLoopbackAddress(), port), true);
    String offers =
        one.asks().stream().map(DeflateServerTest::offer).collect(Collectors.joining(", "));
    peer.write(
        "GET /autobahn HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Extensions: "
            + offers
            + "\r\n\r\n");
    Map<String, String> head = peer.head();
    if (!head.getOrDefault("", "").contains(" 101 ")) {
      throw new IOException("answered " + head.get(""));
    }
    String answer = head.getOrDefault("sec-websocket-extensions", "").toLowerCase(Locale.ROOT);
    DeflateMatrix.Ask first = one.asks().get(0);
    boolean alone = answer.contains("server_no_context_takeover");
    int window = number(answer, "server_max_window_bits=");
    // A window of 15 is what there is without the parameter.
    if (!answer.startsWith("permessage-deflate")
        || (first.alone() && !alone)
        || (first.window() > 0 && window > first.window())) {
      throw new IOException("the answer grants too little: " + answer);
    }
    peer.agreed(answer.contains("client_no_context_takeover"), alone, window);
    return peer;
  }

  private static String offer(DeflateMatrix.Ask ask) {
    return "permessage-deflate; client_no_context_takeover; client_max_window_bits"
        + (ask.alone() ? "; server_no_context_takeover" : "")
        + (ask.window() > 0 ? "; server_max_window_bits=" + ask.window() : "");
  }

  static int number(String header, String parameter) {
    int at = header.indexOf(parameter);
    return at < 0
        ? 15
        : Integer.parseInt(header.substring(at + parameter.length()).replaceAll("\\D.*", ""));
  }
}
