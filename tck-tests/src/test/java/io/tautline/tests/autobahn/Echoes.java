package io.tautline.tests.autobahn;

import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.deflate.DeflateOptions;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;

/** A server with the limits that the suite needs: 16 MiB messages, 65,536 fragments. */
final class Echoes {
  private static final int LARGEST = 16 * 1024 * 1024;

  private Echoes() {}

  /** Sends back what it gets. */
  @ServerEndpoint("/autobahn")
  public static class Echo {
    @OnMessage
    public String text(String text) {
      return text;
    }

    @OnMessage
    public ByteBuffer binary(ByteBuffer bytes) {
      return bytes;
    }
  }

  static TautlineServer server() throws Exception {
    return TautlineServer.builder()
        .port(0)
        .limits(
            Limits.builder()
                .maxTextBytes(LARGEST)
                .maxBinaryBytes(LARGEST)
                .maxFragments(131_072)
                .build())
        .compression(new DeflateOptions(true, 15, -1, 0))
        .endpoints(Echo.class)
        .start();
  }
}
