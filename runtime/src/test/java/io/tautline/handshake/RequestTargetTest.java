package io.tautline.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
  @ParameterizedTest
  @CsvSource({
    "/a/./b, /a/b",
    "/a/../b, /b",
    "/./a, /a",
    "/../a, /a",
    "/a/.., /",
    "/a/b/., /a/b/",
    "/a/b/.., /a/",
    "/a/%2E%2e/b, /b",
    "/a/.b/..c/..., /a/.b/..c/...",
    "/a//b, /a//b",
    "/, /",
    "/a+b%20c, /a+b c",
    "/b%C3%BCcher, /bücher",
    "/a|b[c]^d, /a|b[c]^d"
  })
  void aPathIsDecodedAndHasNoDotSegments(String raw, String path) throws HandshakeException {
    assertThat(RequestTarget.path(raw)).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/%FF",
        "/%E2%82",
        "/%C0%AF",
        "/%ED%A0%80",
        "/%",
        "/%1",
        "/%zz",
        "/%2f",
        "/%2F",
        "/%5c",
        "/%00",
        "/a\\b",
        "/%-1",
        "/%+1"
      })
  void aPathWithoutOneMeaningIsRefusedWith400(String raw) {
    assertThat(catchThrowableOfType(HandshakeException.class, () -> RequestTarget.path(raw)))
        .as(raw)
        .extracting(HandshakeException::status)
        .isEqualTo(400);
  }

  @Test
  void whateverAHeadParserAcceptsMakesAUri() {
    for (char c = ' ' + 1; c < 0x7F; c++) {
      if (c != '#') {
        String target = "/a" + c + "b?c" + c + "d%20" + c;
        URI uri = URI.create("ws://a.example" + RequestTarget.escaped(target));
        assertThat(uri.getPath() + "?" + uri.getQuery()).isEqualTo(target.replace("%20", " "));
      }
    }
    assertThat(RequestTarget.escaped("/a%41?b=%zz%4")).isEqualTo("/a%41?b=%25zz%254");
  }
}
