package io.tautline.tests.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.boot.TautlineServer;
import io.tautline.model.OriginPattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginPatternTest {
  @ParameterizedTest
  @CsvSource({
    "*, https://a.example",
    "*, null",
    "https://a.example, https://a.example",
    "HTTPS://A.example, https://a.EXAMPLE",
    "https://a.example:443, https://a.example",
    "http://a.example:80, http://a.example",
    "https://a.example, https://a.example:443",
    "https://a.example:8443, https://a.example:8443",
    "https://*.a.example, https://b.a.example",
    "https://*.a.example, https://c.b.a.example",
    "http://localhost:*, http://localhost:5173",
    "http://localhost:*, http://localhost",
    "http://[::1]:*, http://[::1]:5173",
    "https://my_host, https://my_host",
    "https://b\u00fccher.example, https://xn--bcher-kva.example",
    "capacitor://localhost, capacitor://localhost",
    "chrome-extension://abcdef, chrome-extension://abcdef"
  })
  void pagesOfAMatchingOriginMayConnect(String pattern, String origin) {
    assertThat(OriginPattern.parse(pattern).matches(origin)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example, http://a.example",
    "https://a.example, https://a.example:8443",
    "https://a.example, https://b.a.example",
    "https://a.example, https://a.example.evil",
    "https://*.a.example, https://a.example",
    "https://*.a.example, https://ba.example",
    "https://*.a.example, https://.a.example.evil",
    "https://*.a.example, https://b.a.example:8443",
    "http://localhost:*, https://localhost:5173",
    "http://localhost:*, http://localhost.evil:1",
    "https://a.example, null",
    "https://a.example, https://a.example/",
    "https://a.example, https://a.example@b.example",
    "https://*.a.example, https://*.a.example",
    "capacitor://localhost, capacitor://localhost:1"
  })
  void othersMayNot(String pattern, String origin) {
    assertThat(OriginPattern.parse(pattern).matches(origin)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a.example",
        "localhost:8080",
        "https://a.example/",
        "https://a.example/x",
        "https://a.example?x",
        "https://a.example,https://b.example",
        "https://a.example https://b.example",
        "https://a@b.example",
        "https://",
        "https://:443",
        "https://a.example:",
        "https://a.example:x",
        "https://a.example:65536",
        "https://a.*.example",
        "https://*",
        "https://*a.example",
        "ht tp://a.example",
        "//a.example",
        "null"
      })
  void whatIsNoOriginIsRefusedWhenTheServerIsBuilt(String text) {
    assertThatThrownBy(() -> TautlineServer.builder().origins(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("\"" + text + "\" is no origin. Write scheme and host");
  }
}
