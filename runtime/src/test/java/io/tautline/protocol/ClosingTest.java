package io.tautline.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ClosingTest {
  private final Closing closing = new Closing();

  @Test
  void weCloseFirst() {
    assertThat(closing.send(new ClosePayload(1001, "bye"))).isTrue();
    assertThat(closing.maySend()).isFalse();
    assertThat(closing.complete()).isFalse();
    closing.receive(new ClosePayload(1001, ""));
    assertThat(closing.complete()).isTrue();
    assertThat(closing.cause()).isEqualTo(new ClosePayload(1001, "bye"));
  }

  @Test
  void thePeerClosesFirst() {
    closing.receive(new ClosePayload(4000, "done"));
    assertThat(closing.open()).isFalse();
    assertThat(closing.maySend()).isTrue();
    assertThat(closing.answer()).isEqualTo(new ClosePayload(4000, ""));
    assertThat(closing.send(closing.answer())).isTrue();
    assertThat(closing.complete()).isTrue();
    assertThat(closing.cause()).isEqualTo(new ClosePayload(4000, "done"));
  }

  @Test
  void anEmptyCloseIsAnsweredByAnEmptyOneAndReportedAs1005() {
    closing.receive(ClosePayload.EMPTY);
    assertThat(closing.answer()).isEqualTo(ClosePayload.EMPTY);
    assertThat(closing.cause().code()).isEqualTo(CloseCode.NO_STATUS);
  }

  @Test
  void oneCloseIsSentAndNoMore() {
    assertThat(closing.send(new ClosePayload(1000, ""))).isTrue();
    assertThat(closing.send(new ClosePayload(1011, ""))).isFalse();
    closing.receive(ClosePayload.EMPTY);
    closing.receive(new ClosePayload(4000, ""));
    assertThat(closing.send(new ClosePayload(1011, ""))).isFalse();
    assertThat(closing.cause().code()).isEqualTo(1000);
  }

  @Test
  void aConnectionLostWithoutACloseIs1006() {
    assertThat(closing.cause().code()).isEqualTo(CloseCode.ABNORMAL);
  }

  @Test
  void codesThatStandForAnAbsenceAreNotWritten() {
    assertThat(ClosePayload.EMPTY.bytes()).isEmpty();
    assertThatThrownBy(() -> new ClosePayload(1006, "").bytes())
        .hasMessage("close code 1006 must not be sent (RFC 6455 §7.4)");
  }

  @Test
  void aReasonOf123BytesFitsAndOneOf124DoesNot() {
    assertThat(new ClosePayload(1000, "x".repeat(123)).bytes()).hasSize(125);
    assertThatThrownBy(() -> new ClosePayload(1000, "x".repeat(124)).bytes())
        .hasMessage("close reason is 124 bytes; at most 123 fit (RFC 6455 §5.5)");
  }

  @Test
  void aLongReasonIsCutBetweenCharacters() {
    assertThat(ClosePayload.fit("short")).isEqualTo("short");
    for (String unit : new String[] {"x", "é", "€", "😀"}) {
      String cut = ClosePayload.fit("a" + unit.repeat(124));
      assertThat(cut.getBytes(StandardCharsets.UTF_8).length).isBetween(120, 123);
      assertThat("a" + unit.repeat(124)).startsWith(cut);
    }
  }
}
