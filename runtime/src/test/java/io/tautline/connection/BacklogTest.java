package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private final Backlog backlog = new Backlog();
  private final Completions completions = new Completions();
  private final Limits limits = Limits.builder().maxQueuedBytes(100).build();

  private boolean replace(String key, int bytes) {
    return backlog.replace(key, ByteBuffer.allocate(bytes), limits, null, completions);
  }

  @Test
  void whatTakesTheOnlyPlaceMayBeOfAnySize() {
    backlog.add(ByteBuffer.allocate(10), "a", null);
    assertThat(replace("a", 1000)).isTrue();
    assertThat(backlog.bytes()).isEqualTo(1000);
  }

  @Test
  void whatTakesAPlaceBesideOthersKeepsToTheBound() {
    backlog.add(ByteBuffer.allocate(10), "a", null);
    backlog.add(ByteBuffer.allocate(10), "b", null);
    assertThat(replace("a", 90)).isTrue();
    assertThat(replace("b", 11)).isFalse();
    assertThat(replace("b", 10)).isTrue();
    assertThat(backlog.bytes()).isEqualTo(100);
  }
}
