package io.tautline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrameHeaderTest {
  private static final int[] OPCODES = {0, 1, 2, 8, 9, 10};

  @Test
  void tenThousandRandomHeadersSurviveTheRoundTrip() throws ProtocolException {
    SplittableRandom random = new SplittableRandom(6455);
    byte[] bytes = new byte[FrameHeader.MAX_BYTES + 8];
    for (int i = 0; i < 10_000; i++) {
      boolean masked = random.nextBoolean();
      boolean fin = random.nextBoolean();
      int rsv = random.nextInt(8) << 4;
      int opcode = OPCODES[random.nextInt(OPCODES.length)];
      int key = masked ? random.nextInt() : 0;
      long length = random.nextLong() >>> random.nextInt(1, 64);
      int at = random.nextInt(4);
      int end = FrameHeader.write(bytes, at, fin, rsv, opcode, masked, key, length);
      assertThat(end - at).isEqualTo(FrameHeader.size(length, masked));

      FrameHeader read = new FrameHeader();
      for (int cut = at; cut < end; cut++) {
        assertThat(read.read(bytes, at, cut)).as("cut at %d", cut).isZero();
      }
      assertThat(read.read(bytes, at, bytes.length)).isEqualTo(end - at);
      assertThat(read.fin).isEqualTo(fin);
      assertThat(read.rsv).isEqualTo(rsv);
      assertThat(read.opcode).isEqualTo(opcode);
      assertThat(read.masked).isEqualTo(masked);
      assertThat(read.key).isEqualTo(key);
      assertThat(read.length).isEqualTo(length);
    }
  }

  @Test
  void theShortestFormIsWritten() {
    assertThat(FrameHeader.size(125, false)).isEqualTo(2);
    assertThat(FrameHeader.size(126, false)).isEqualTo(4);
    assertThat(FrameHeader.size(65535, true)).isEqualTo(8);
    assertThat(FrameHeader.size(65536, true)).isEqualTo(14);
  }
}
