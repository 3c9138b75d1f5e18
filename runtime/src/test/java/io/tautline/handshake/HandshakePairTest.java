package io.tautline.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client asks, the server answers, and the client accepts that answer and no other. */
class HandshakePairTest {
  private static final byte[] NONCE = "the sample nonce".getBytes(StandardCharsets.US_ASCII);

  private static ClientHandshake client(String uri, String... subprotocols) {
    return new ClientHandshake(
        WebSocketUri.of(URI.create(uri)), NONCE, List.of(subprotocols), null);
  }

  private static RequestHead parse(byte[] request) throws HandshakeException {
    HeadParser parser = new HeadParser(8192, 100, 4096);
    assertThat(parser.read(request, 0, request.length)).isEqualTo(request.length);
    return parser.request();
  }

  private static ResponseHead response(byte[] response) throws HandshakeException {
    HeadParser parser = new HeadParser(8192, 100, 4096);
    assertThat(parser.read(response, 0, response.length)).isEqualTo(response.length);
    return parser.response();
  }

  private static HandshakeException fault(RequestHead head) {
    return catchThrowableOfType(HandshakeException.class, () -> ServerHandshake.check(head));
  }

  @Test
  void theExampleKeyOfSection1_3IsAnsweredAsThere() {
    assertThat(AcceptKey.answer("dGhlIHNhbXBsZSBub25jZQ=="))
        .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  @Test
  void clientAndServerAgree() throws HandshakeException {
    ClientHandshake client = client("ws://[::1]:81/a%20b?q", "v2", "v1");
    RequestHead head = parse(client.request(Headers.of("X-A", "1", "Upgrade", "bad")));
    ServerHandshake.check(head);
    assertThat(head.target()).isEqualTo("/a%20b?q");
    assertThat(head.headers().first("Host")).isEqualTo("[::1]:81");
    assertThat(head.headers().all("Upgrade")).containsExactly("websocket");
    assertThat(head.headers().first("X-A")).isEqualTo("1");

    String chosen = ServerHandshake.chooseSubprotocol(head, List.of("v1", "v0"));
    Outcome.Accepted accepted =
        ServerHandshake.accept(
            head, chosen, null, Headers.of("X-B", "2", "Sec-WebSocket-Accept", "forged"));
    ResponseHead answer = response(accepted.bytes());
    assertThat(client.check(answer)).isEqualTo("v1");
    assertThat(answer.headers().all("Sec-WebSocket-Accept")).hasSize(1);
    assertThat(answer.headers().first("X-B")).isEqualTo("2");
  }

  @Test
  void usualPortsAreNotNamedInHost() {
    assertThat(client("ws://a:80/").headers().first("Host")).isEqualTo("a");
    assertThat(client("wss://a:443/").headers().first("Host")).isEqualTo("a");
    assertThat(client("wss://a:80/").headers().first("Host")).isEqualTo("a:80");
    assertThat(WebSocketUri.of(URI.create("wss://a/")).port()).isEqualTo(443);
    assertThat(WebSocketUri.of(URI.create("ws://a/")).port()).isEqualTo(80);
  }

  @Test
  void lettersThatUrisDoNotHaveAreAskedForInUtf8() throws HandshakeException {
    RequestHead asked = parse(client("ws://a/caf\u00e9/\u65e5?q=\u00e9").request(Headers.NONE));
    assertThat(asked.target()).isEqualTo("/caf%C3%A9/%E6%97%A5?q=%C3%A9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://a/", "ws:///x", "ws://a/#f", "a"})
  void aUriThatCannotBeConnectedToIsRefused(String uri) {
    assertThatThrownBy(() -> client(uri)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void addBut(String name, Headers all, Headers.Builder fields) {
    for (int i = 0; i < all.size(); i++) {
      if (!all.name(i).equalsIgnoreCase(name)) {
        fields.add(all.name(i), all.value(i));
      }
    }
  }

  @Nested
  @DisplayName("RFC 6455 §4.2.1 the client's request")
  class Section4_2_1 {
    private RequestHead with(String name, String... values) throws HandshakeException {
      Headers.Builder fields = Headers.builder();
      addBut(name, parse(client("ws://a/").request(Headers.NONE)).headers(), fields);
      for (String value : values) {
        fields.add(name, value);
      }
      return new RequestHead("GET", "/", fields.build());
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "Connection|keep-alive, Upgrade",
          "Connection|UPGRADE",
          "Upgrade|WebSocket",
          "Upgrade|h2c, websocket",
          "Host|[::1]:80",
          "Sec-WebSocket-Protocol|a, b",
          "Content-Length|0"
        })
    void headerTokensCompareAsTheRfcSays(String name, String value) throws HandshakeException {
      assertThat(fault(with(name, value))).isNull();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "400|Host|a b",
          "400|Host|a/b",
          "400|Connection|close",
          "400|Connection|Upgrades",
          "426|Upgrade|h2c",
          "426|Sec-WebSocket-Version|12",
          "400|Sec-WebSocket-Key|short",
          "400|Sec-WebSocket-Key|dGhlIHNhbXBsZSBub25jZQ=",
          "400|Sec-WebSocket-Key|dGhlIHNhbXBsZSBub25jZ!==",
          "400|Sec-WebSocket-Protocol|a b",
          "400|Content-Length|1",
          "400|Content-Length|+0",
          "400|Transfer-Encoding|chunked"
        })
    void aBadValueIsRefused(int status, String name, String value) throws HandshakeException {
      assertThat(fault(with(name, value)).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
      "400,Host",
      "400,Connection",
      "426,Upgrade",
      "400,Sec-WebSocket-Version",
      "400,Sec-WebSocket-Key"
    })
    void aMissingHeaderIsRefused(int status, String name) throws HandshakeException {
      assertThat(fault(with(name)).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Sec-WebSocket-Version", "Sec-WebSocket-Key"})
    void aHeaderThatMustBeUniqueIsRefusedTwice(String name) throws HandshakeException {
      String value = String.valueOf(with("X").headers().first(name));
      assertThat(fault(with(name, value, value)).status()).isEqualTo(400);
    }

    @Test
    void anotherMethodIsRefusedWith405() throws HandshakeException {
      HandshakeException fault = fault(new RequestHead("POST", "/", with("X").headers()));
      assertThat(response(ServerHandshake.reject(fault).head()).headers().first("Allow"))
          .isEqualTo("GET");
    }

    @Test
    void anotherVersionIsToldOurs() throws HandshakeException {
      ResponseHead answer =
          response(ServerHandshake.reject(fault(with("Sec-WebSocket-Version", "8"))).head());
      assertThat(answer.status()).isEqualTo(426);
      assertThat(answer.headers().first("Sec-WebSocket-Version")).isEqualTo("13");
      assertThat(answer.headers().first("Connection")).isEqualTo("close");
    }
  }

  @Nested
  @DisplayName("RFC 6455 §4.1 the server's response")
  class Section4_1 {
    @ParameterizedTest
    @CsvSource({
      "Upgrade,h2c",
      "Connection,close",
      "Sec-WebSocket-Accept,forged",
      "Sec-WebSocket-Protocol,other",
      "Sec-WebSocket-Extensions,permessage-deflate"
    })
    void anAnswerThatDoesNotFitIsRefused(String name, String value) throws HandshakeException {
      ClientHandshake client = client("ws://a/", "v1");
      RequestHead head = parse(client.request(Headers.NONE));
      Headers.Builder fields = Headers.builder().add(name, value);
      addBut(
          name,
          ServerHandshake.accept(head, null, null, Headers.NONE).response().headers(),
          fields);
      assertThatThrownBy(() -> client.check(new ResponseHead(101, "", fields.build())))
          .isInstanceOf(HandshakeException.class);
    }

    @Test
    void anotherStatusIsReported() {
      HandshakeException fault =
          catchThrowableOfType(
              HandshakeException.class,
              () -> client("ws://a/").check(new ResponseHead(403, "Forbidden", Headers.NONE)));
      assertThat(fault.status()).isEqualTo(403);
      assertThat(fault.rule()).isEqualTo("the server answered 403 Forbidden");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nb", "a\nb", "a\u0000b", "€"})
  void aHeaderValueCannotSmuggleALine(String value) {
    assertThatThrownBy(() -> Headers.of("X-A", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("value of header X-A has an illegal character at ");
    assertThatThrownBy(() -> Headers.of("X\r\nY", "v"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
