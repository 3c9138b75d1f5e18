package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

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
