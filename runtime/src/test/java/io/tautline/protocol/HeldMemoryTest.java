package io.tautline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a message that does not arrive in one piece holds: no more than it has shown to need. */
class HeldMemoryTest {
  private static final int LONG = 700_000;
  private static final int LIMIT = 4 << 20;

  private final Ledger ledger = new Ledger();
  private final Transcript transcript = new Transcript();
  private final MessageAssembler assembler =
      new MessageAssembler(LIMIT, LIMIT, 1000, null, transcript);

  /** Counts what is taken. */
  private static final class Ledger implements Memory {
    long held;
    long most;
    byte @Nullable [] spare;

    @Override
    public boolean take(long bytes) {
      held += bytes;
      most = Math.max(most, held);
      return true;
    }

    @Override
    public byte @Nullable [] spare(int bytes) {
      byte[] given = spare;
      if (given != null) {
        take(given.length);
        spare = null;
      }
      return given;
    }

    @Override
    public void giveBack(byte[] array) {
      take(-array.length);
      Arrays.fill(array, (byte) 0xEE); // as the next message would
      spare = array;
    }
  }

  HeldMemoryTest() {
    assembler.memory(ledger);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 65_536, 262_144, LONG - 1})
  void itIsAtMostFourTimesWhatHasArrivedAndInTheEndTheMessage(int piece) throws ProtocolException {
    assembler.frame(Opcode.BINARY, true, true, 0, LONG);
    for (int at = 0; at < LONG; at += piece) {
      int length = Math.min(piece, LONG - at);
      assembler.payload(new byte[length], 0, length, at + length == LONG);
      assertThat(ledger.held).isLessThanOrEqualTo(Math.max(256, 4L * (at + length)));
    }
    assertThat(ledger.most).isEqualTo(LONG);
    assertThat(ledger.held).isZero();
  }

  @Test
  void aSpareArrayIsHeldUntilTheMessageHasBeenHandedOn() throws ProtocolException {
    byte[] spare = new byte[LONG + 1];
    ledger.spare = spare;
    assembler.frame(Opcode.BINARY, true, true, 0, LONG);
    assembler.payload(new byte[1], 0, 1, false);
    assertThat(ledger.spare).isNull();
    assertThat(assembler.heldBytes()).isOne();
    byte[] rest = new byte[LONG - 1];
    rest[LONG - 2] = 7;
    assembler.payload(rest, 0, LONG - 1, true);
    assertThat(transcript.lines()).containsExactly("binary " + "00".repeat(LONG - 1) + "07");
    assertThat(ledger.spare).isSameAs(spare);
    assertThat(ledger.held).isZero();
  }

  @Test
  void aSpareArrayOfAnUnfinishedMessageIsGivenBack() throws ProtocolException {
    ledger.spare = new byte[LONG];
    assembler.frame(Opcode.BINARY, true, true, 0, LONG);
    assembler.payload(new byte[1], 0, 1, false);
    assembler.end();
    assertThat(ledger.spare).hasSize(LONG);
    assertThat(ledger.held).isZero();
  }

  @Test
  void aMessageWhoseLengthIsNotKnownTakesNoSpareArray() throws ProtocolException {
    ledger.spare = new byte[LONG];
    assembler.frame(Opcode.BINARY, true, false, 0, LONG);
    assembler.payload(new byte[1], 0, 1, false);
    assertThat(ledger.spare).isNotNull();
  }

  @Test
  void ofAMessageWhoseLengthIsNotKnownItIsAtMostTwiceThat() throws ProtocolException {
    for (int i = 1; i <= 700; i++) {
      boolean last = i == 700;
      assembler.frame(Opcode.BINARY, i == 1, last, 0, 1000);
      assembler.payload(new byte[1000], 0, 1000, last);
      assertThat(ledger.held).isLessThanOrEqualTo(2000L * i);
    }
    assertThat(ledger.held).isZero();
  }

  @Test
  void aLongFrameOfAnUnfinishedMessageDoesNotTellTheLength() throws ProtocolException {
    assembler.frame(Opcode.BINARY, true, false, 0, LONG);
    byte[] half = new byte[LONG / 2];
    Arrays.fill(half, (byte) 1);
    assembler.payload(half, 0, half.length, false);
    assertThat(ledger.held).isEqualTo(half.length);
  }
}
