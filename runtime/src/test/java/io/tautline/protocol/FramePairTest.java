package io.tautline.protocol;

import static io.tautline.protocol.Transcript.overEverySplit;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one role writes, the other reads. */
class FramePairTest {
  @ParameterizedTest
  @EnumSource(Role.class)
  void everyKindOfFrameArrives(Role sender) {
    FrameWriter writer = new FrameWriter(sender, () -> 0x12345678);
    byte[] out = new byte[1000];
    int n = frame(writer, out, 0, true, Opcode.TEXT, "héllo");
    n = frame(writer, out, n, false, Opcode.BINARY, "ab");
    n = frame(writer, out, n, true, Opcode.PING, "?");
    n = frame(writer, out, n, true, Opcode.CONTINUATION, "c".repeat(200));
    n = frame(writer, out, n, true, Opcode.PONG, "");
    byte[] close = new ClosePayload(4321, "why").bytes();
    n = writer.write(out, n, true, 0, Opcode.CLOSE, close, 0, close.length);

    assertThat(overEverySplit(sender.peer(), Arrays.copyOf(out, n)))
        .containsExactly(
            "text héllo", "ping 3f", "binary 6162" + "63".repeat(200), "pong ", "close 4321 why");
  }

  private static int frame(
      FrameWriter writer, byte[] out, int at, boolean fin, int opcode, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    byte[] before = bytes.clone();
    int end = writer.write(out, at, fin, 0, opcode, bytes, 0, bytes.length);
    assertThat(bytes).as("the caller's data").isEqualTo(before);
    assertThat((long) end - at).isEqualTo(writer.size(bytes.length));
    return end;
  }
}
