package io.tautline.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadParserTest {
  private static final String REQUEST =
      "GET /chat?x=1 HTTP/1.1\r\nHost: a:8080\r\nX-Empty:\r\nx-two:  b c \t\r\n\r\n";

  private static HeadParser parser() {
    return new HeadParser(8192, 100, 4096);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static RequestHead request(String text) throws HandshakeException {
    HeadParser parser = parser();
    byte[] bytes = bytes(text);
    assertThat(parser.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    return parser.request();
  }

  private static HandshakeException fault(String text) {
    return catchThrowableOfType(HandshakeException.class, () -> request(text));
  }

  @Test
  void aHeadIsReadOverEverySplitAndTheRestIsLeft() throws HandshakeException {
    byte[] bytes = bytes(REQUEST + "\u0081\u0000");
    int end = REQUEST.length();
    for (int cut = 0; cut < end; cut++) {
      HeadParser parser = parser();
      assertThat(parser.read(bytes, 0, cut)).isEqualTo(-1);
      assertThat(parser.read(bytes, cut, bytes.length)).isEqualTo(end);
      RequestHead head = parser.request();
      assertThat(head.method()).isEqualTo("GET");
      assertThat(head.path()).isEqualTo("/chat");
      assertThat(head.query()).isEqualTo("x=1");
      assertThat(head.headers().first("host")).isEqualTo("a:8080");
      assertThat(head.headers().first("x-empty")).isEmpty();
      assertThat(head.headers().first("X-Two")).isEqualTo("b c");
      assertThat(head.headers().size()).isEqualTo(3);
    }
  }

  @Test
  void oneEmptyLineBeforeARequestIsIgnoredOverEverySplit() throws HandshakeException {
    byte[] bytes = bytes("\r\n" + REQUEST + "\u0081");
    int end = bytes.length - 1;
    for (int cut = 0; cut < end; cut++) {
      HeadParser parser = parser().afterEmptyLine();
      assertThat(parser.read(bytes, 0, cut)).isEqualTo(-1);
      assertThat(parser.read(bytes, cut, bytes.length)).isEqualTo(end);
      assertThat(parser.request().path()).isEqualTo("/chat");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n\r\n", "\rG", "\n", "\r\r\n"})
  void moreThanThatIsMalformed(String before) {
    byte[] bytes = bytes(before + REQUEST);
    HeadParser parser = parser().afterEmptyLine();
    assertThat(
            catchThrowableOfType(
                HandshakeException.class,
                () -> {
                  parser.read(bytes, 0, bytes.length);
                  parser.request();
                }))
        .extracting(HandshakeException::status)
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\rHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost\r\n\r\n",
        "GET / HTTP/1.1\r\n: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\u0000b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\u0007\r\n\r\n",
        "GET /\r\nHost: a\r\n\r\n",
        "GET  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/x.1\r\nHost: a\r\n\r\n",
        "GET / HTTPS/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET chat HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000"
      })
  void aMalformedHeadIsRefusedWith400(String text) {
    assertThat(fault(text).status()).isEqualTo(400);
  }

  @Test
  void anotherHttpVersionIsRefusedWith505() {
    assertThat(fault("GET / HTTP/1.0\r\nHost: a\r\n\r\n").status()).isEqualTo(505);
    assertThat(fault("GET / HTTP/2.0\r\nHost: a\r\n\r\n").status()).isEqualTo(505);
  }

  @Test
  void aHeadOverTheLimitIsRefusedWith431BeforeItEnds() {
    String endless = "GET / HTTP/1.1\r\nX: " + "a".repeat(8192);
    assertThat(fault(endless).status()).isEqualTo(431);
    assertThat(fault(endless).rule()).isEqualTo("head longer than 8192 bytes (maxHeadBytes)");
    assertThat(fault("GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(101) + "\r\n").status())
        .isEqualTo(431);
  }

  @Test
  void aLongTargetIsRefusedWith414() {
    assertThat(fault("GET /" + "a".repeat(4096) + " HTTP/1.1\r\nHost: a\r\n\r\n").status())
        .isEqualTo(414);
  }

  @Test
  void anAbsoluteTargetIsCutDownToItsPath() throws HandshakeException {
    assertThat(request("GET http://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n").target()).isEqualTo("/b?c");
    assertThat(request("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n").target()).isEqualTo("/");
  }

  @Test
  void aResponseIsRead() throws HandshakeException {
    HeadParser parser = parser();
    byte[] bytes = bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
    assertThat(parser.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    assertThat(parser.response().status()).isEqualTo(101);
    assertThat(parser.response().reason()).isEqualTo("Switching Protocols");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 1x1 no\r\n\r\n",
        "HTTP/1.1 10\r\n\r\n",
        "HTTP/2.0 101 no\r\n\r\n",
        "HTTP/1.1 1010 no\r\n\r\n",
        "ICY 200 OK\r\n\r\n"
      })
  void aMalformedStatusLineIsRefused(String text) {
    HandshakeException fault =
        catchThrowableOfType(
            HandshakeException.class,
            () -> {
              HeadParser parser = parser();
              parser.read(bytes(text), 0, text.length());
              parser.response();
            });
    assertThat(fault.rule()).isEqualTo("malformed status line");
  }
}
