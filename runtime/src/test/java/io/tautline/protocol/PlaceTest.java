package io.tautline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Much of one long message may be read to where it belongs, and no more than that. */
class PlaceTest {
  private static final int LONG = 700_000;
  private static final int LIMIT = 4 << 20;

  private final Transcript transcript = new Transcript();
  private final MessageAssembler assembler =
      new MessageAssembler(LIMIT, LIMIT, 1000, null, transcript);

  private static byte[] wire() {
    byte[] text = "Zürich, 北京 ".repeat(LONG / 17).getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[LONG];
    for (int i = 0; i < LONG; i++) {
      bytes[i] = (byte) (i * 31 >> 3);
    }
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    FrameWriter writer = new FrameWriter(Role.CLIENT, () -> 0x12345678);
    List<Frame> frames =
        List.of(
            new Frame(true, 0, Opcode.TEXT, text),
            new Frame(true, 0, Opcode.BINARY, bytes),
            new Frame(true, 0, Opcode.TEXT, new byte[] {'a'}),
            new Frame(false, 0, Opcode.BINARY, bytes),
            new Frame(true, 0, Opcode.PING, new byte[] {1}),
            new Frame(true, 0, Opcode.CONTINUATION, bytes),
            new Frame(true, 0, Opcode.CLOSE, new byte[0]));
    frames.forEach(frame -> wire.writeBytes(frame.bytes(writer)));
    return wire.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {997, 65_535, 65_536, 262_144, 1 << 20, 8 << 20})
  void whatIsReadIntoItsPlaceMakesTheSameMessages(int most) throws ProtocolException {
    byte[] wire = wire();
    FrameReader reader = new FrameReader(Role.SERVER, 0, assembler);
    ByteBuffer elsewhere = ByteBuffer.allocate(256 * 1024);
    int inPlace = 0;
    for (int at = 0; at < wire.length; ) {
      ByteBuffer place = assembler.place(most);
      ByteBuffer into = place == null ? elsewhere.clear() : place;
      int from = into.position();
      int n = Math.min(Math.min(most, into.remaining()), wire.length - at);
      into.put(wire, at, n);
      at += n;
      inPlace += place == null ? 0 : n;
      assertThat(reader.read(into.array(), from, from + n)).isEqualTo(from + n);
    }
    assertThat(inPlace).isGreaterThan(LONG);
    List<String> whole = Transcript.bounded(Role.SERVER, wire, LIMIT);
    assertThat(transcript.lines().equals(whole)).as("the same as in one piece").isTrue();
  }

  @Test
  void noMoreIsReadAtOnceThanIsAskedFor() throws ProtocolException {
    assertThat(hasPlace(true, 0, LONG, LONG / 2)).isTrue();
    ByteBuffer place = assembler.place(1000);
    assertThat(place).isNotNull();
    assertThat(place.remaining()).isEqualTo(1000);
  }

  private boolean hasPlace(boolean fin, int rsv, int length, int first) throws ProtocolException {
    assembler.frame(Opcode.BINARY, true, fin, rsv, length);
    assembler.payload(new byte[first], 0, first, false);
    ByteBuffer place = assembler.place(LIMIT);
    return place != null;
  }

  @Test
  void thereIsAPlaceOnceTheLengthOfTheMessageIsKnown() throws ProtocolException {
    assertThat(assembler.place(LIMIT)).isNull();
    assertThat(hasPlace(true, 0, LONG, LONG / 2)).isTrue();
    assertThat(assembler.place(LIMIT).remaining()).isEqualTo(LONG - LONG / 2);
  }

  @Test
  void thereIsNoneIfTheMessageMayGoOnBehindItsFrame() throws ProtocolException {
    assertThat(hasPlace(false, 0, LONG, LONG / 2)).isFalse();
  }

  @Test
  void thereIsNoneAtTheEndOfTheMessage() throws ProtocolException {
    assertThat(hasPlace(true, 0, LONG, LONG - 65_535)).isFalse();
  }

  @Test
  void thereIsNoneForWhatStreams() throws ProtocolException {
    assembler.stream(false, true);
    assertThat(hasPlace(true, 0, LONG, LONG / 2)).isFalse();
  }
}
