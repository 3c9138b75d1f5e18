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

  @ParameterizedTest
  @EnumSource(Role.class)
  void aTextThatIsWrittenByItselfHasTheBytesOfItsUtf8(Role sender) {
    String longest = "a".repeat(70_000);
    for (String text :
        new String[] {
          "",
          "a",
          "\0",
          "ab\0\0",
          "a".repeat(125),
          "a".repeat(126),
          longest,
          "\u007f",
          "\u0080",
          "é",
          "\0é",
          "é\0",
          "\0\0é\0",
          "a\u00ff",
          "€",
          "a€\0",
          "\ud83d\ude00",
          "\ud800",
          "a\udc00",
          "\ud83d\ude00".repeat(50),
          longest + "é",
          "é".repeat(50) + "\0".repeat(49)
        }) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      FrameWriter writer = new FrameWriter(sender, () -> 0x12345678);
      byte[] expected = new byte[(int) writer.size(utf8.length)];
      writer.write(expected, 0, true, 0, Opcode.TEXT, utf8, 0, utf8.length);
      int least = 7 + (int) writer.size(FrameWriter.roomForAscii(text.length()));
      for (int room : new int[] {least, least + 1, least + 3 * text.length()}) {
        byte[] out = new byte[room];
        out[6] = 42;
        int end = writer.ascii(out, 7, text);
        if (FrameWriter.writesAscii() && utf8.length == text.length()) {
          assertThat(Arrays.copyOfRange(out, 7, end)).as(text).isEqualTo(expected);
        } else {
          assertThat(end).as(text).isEqualTo(-1);
        }
        assertThat(out[6]).as("what stands before").isEqualTo((byte) 42);
      }
    }
    assertThat(FrameWriter.writesAscii()).isEqualTo(Runtime.version().feature() >= 22);
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
