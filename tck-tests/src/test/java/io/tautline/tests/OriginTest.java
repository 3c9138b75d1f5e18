package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Whose pages may connect (RFC 6455 §10.2). */
class OriginTest {
  /** Connects as a page of that origin; returns the status. */
  private static int status(TautlineServer server, String origin, String... more) {
    try {
      WebSocket.Builder builder =
          HttpClient.newHttpClient().newWebSocketBuilder().header("Origin", origin);
      for (int i = 0; i < more.length; i += 2) {
        builder.header(more[i], more[i + 1]);
      }
      builder
          .buildAsync(
              URI.create("ws://localhost:" + server.port() + "/echo"), new WebSocket.Listener() {})
          .join()
          .abort();
      return 101;
    } catch (CompletionException e) {
      return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
    }
  }

  @Test
  void pagesOfTheSameHostConnectAndOthersAre403() throws Exception {
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED, Endpoints.Echo.class)) {
      assertThat(status(server, "http://localhost:" + server.port())).isEqualTo(101);
      assertThat(status(server, "http://LOCALHOST:" + server.port())).isEqualTo(101);
      assertThat(status(server, "http://evil.example")).isEqualTo(403);
      assertThat(status(server, "http://localhost:1")).isEqualTo(403);
      assertThat(status(server, "http://localhost")).isEqualTo(403);
      assertThat(status(server, "null")).isEqualTo(403);
    }
  }

  @Test
  void behindAProxyTheHostIsWhatItForwards() throws Exception {
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED, Endpoints.Echo.class)) {
      String page = "https://chat.example";
      assertThat(status(server, page)).isEqualTo(403);
      assertThat(status(server, page, "X-Forwarded-Host", "chat.example")).isEqualTo(101);
      assertThat(status(server, page, "X-Forwarded-Host", "chat.example, inner")).isEqualTo(101);
      assertThat(status(server, page, "X-Forwarded-Host", "other.example")).isEqualTo(403);
      assertThat(status(server, page, "Forwarded", "for=1.2.3.4;Host=\"chat.example\";proto=https"))
          .isEqualTo(101);
      assertThat(status(server, page, "Forwarded", "host=other.example, host=chat.example"))
          .isEqualTo(403);
    }
  }

  @Test
  void aForwardedHostWithoutItsPortLetsNoOtherPortIn() throws Exception {
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED, Endpoints.Echo.class)) {
      assertThat(status(server, "http://localhost", "X-Forwarded-Host", "localhost"))
          .isEqualTo(403);
      assertThat(status(server, "http://localhost", "X-Forwarded-Host", "LOCALHOST:80"))
          .isEqualTo(101);
    }
  }

  @Test
  void listedOriginsConnectToo() throws Exception {
    try (TautlineServer server =
        TautlineServer.builder()
            .port(0)
            .origins("https://friend.example")
            .endpoints(Endpoints.Echo.class)
            .start()) {
      assertThat(status(server, "https://friend.example")).isEqualTo(101);
      assertThat(status(server, "http://friend.example")).isEqualTo(403);
    }
  }
}
