package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.model.LimitName;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LimitsTest {
  @Test
  void whatIsNotSetKeepsItsDefault() {
    Limits limits = Limits.builder().maxTextBytes(4096).build();
    assertThat(limits.maxTextBytes()).isEqualTo(4096);
    assertThat(limits.maxBinaryBytes()).isEqualTo(Limits.DEFAULT.maxBinaryBytes());
  }

  @Test
  void aLimitBelowOneIsRefusedByName() {
    assertThatThrownBy(() -> Limits.builder().maxFragments(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Limits.maxFragments must be more than zero");
    assertThatThrownBy(() -> Limits.builder().closeTimeout(Duration.ofNanos(-1)))
        .hasMessageContaining("Limits.closeTimeout");
  }

  @Test
  void timesEndInAHundredYears() {
    Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
    Limits limits = Limits.builder().messageTimeout(forEver).stallTimeout(forEver).build();
    assertThat(limits.messageTimeout()).isEqualTo(limits.stallTimeout()).hasDays(36_500);
  }

  @Test
  void everyLimitHasAName() {
    assertThat(Limits.class.getRecordComponents())
        .extracting(RecordComponent::getName)
        .containsExactlyElementsOf(Stream.of(LimitName.values()).map(LimitName::key).toList());
  }

  @ParameterizedTest
  @EnumSource
  void aLimitIsReadAsItIsWritten(LimitName name) {
    long before = Limits.DEFAULT.get(name);
    assertThat(name.parse(name.format(before))).isEqualTo(before);
    long other = name.parse(name.format(before).contains(" s") ? "7 s" : other(name));
    assertThat(Limits.builder().set(name, other).build().get(name)).isEqualTo(other);
    assertThat(LimitName.of(name.key())).contains(name);
  }

  private static String other(LimitName name) {
    return name.key().matches(".*(Timeout|Interval|After)") ? "7 min" : "7";
  }

  @Test
  void unitsAreThoseThatPeopleWrite() {
    assertThat(LimitName.MAX_TEXT_BYTES.parse("64 KiB")).isEqualTo(65_536);
    assertThat(LimitName.MAX_TEXT_BYTES.parse("64KiB")).isEqualTo(65_536);
    assertThat(LimitName.PING_INTERVAL.parse("0")).isZero();
    assertThat(LimitName.CLOSE_TIMEOUT.parse("1500 ms")).isEqualTo(1_500_000_000L);
  }

  @ParameterizedTest
  @CsvSource({
    "MAX_TEXT_BYTES, 0", "MAX_TEXT_BYTES, 64 KB", "MAX_TEXT_BYTES, -1", "MAX_TEXT_BYTES, 2 GiB",
    "MAX_TEXT_BYTES, ''", "MAX_TEXT_BYTES, none", "CLOSE_TIMEOUT, 5", "CLOSE_TIMEOUT, 0 s",
    "CLOSE_TIMEOUT, 99999999999 h", "MAX_FRAGMENTS, 3 s", "MAX_FRAGMENTS, 9999999999"
  })
  void whatIsNoValueIsRefusedByName(LimitName name, String text) {
    assertThatThrownBy(() -> name.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(name.key() + " takes ")
        .hasMessageEndingWith(", not \"" + text + "\"");
  }

  @Test
  void peersAreAskedBeforeTheyAreGivenUp() {
    assertThatThrownBy(() -> Limits.builder().deadAfter(Duration.ofSeconds(10)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("deadAfter (10 s) must be longer than pingInterval (25 s)");
    Keepalive unasked =
        new Keepalive(Limits.builder().pingInterval(Duration.ZERO).build(), System.nanoTime());
    assertThat(unasked.deadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void keepaliveCanBeSwitchedOff() {
    Limits limits = Limits.builder().pingInterval(Duration.ZERO).deadAfter(Duration.ZERO).build();
    assertThat(limits.pingInterval()).isZero();
  }

  @Test
  void connectionsNeverNeedMoreFilesThanTheProcessMayOpen() {
    assertThat(Descriptors.share(Integer.MAX_VALUE)).isGreaterThan(100);
    assertThat(Descriptors.share(10)).isEqualTo(10);
  }
}
