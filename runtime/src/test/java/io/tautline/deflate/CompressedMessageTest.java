package io.tautline.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Frame;
import io.tautline.protocol.FrameHeader;
import io.tautline.protocol.FrameReader;
import io.tautline.protocol.MessageAssembler;
import io.tautline.protocol.ProtocolException;
import io.tautline.protocol.Role;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The data of permessage-deflate (RFC 7692 §7.2). */
class CompressedMessageTest {
  private final DeflatePool pool = new DeflatePool(4);

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static byte[] inflate(MessageInflater inflater, byte[] message, int cut)
      throws DataFormatException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    MessageInflater.Sink<RuntimeException> sink =
        (bytes, from, to, last) -> all.write(bytes, from, to - from);
    inflater.inflate(message, 0, cut, false, sink);
    inflater.inflate(message, cut, message.length, true, sink);
    return all.toByteArray();
  }

  @Test
  void theExamplesOfSection7_2_3AreRead() throws DataFormatException {
    MessageInflater inflater = new MessageInflater(pool, false);
    for (String wire :
        new String[] {
          "f2 48 cd c9 c9 07 00", // §7.2.3.1 one block
          "f2 00 11 00 00", // §7.2.3.2 sharing the window
          "00 05 00 fa ff 48 65 6c 6c 6f 00", // §7.2.3.3 no compression
          "f3 48 cd c9 c9 07 00 00", // §7.2.3.4 BFINAL set
          "f2 48 05 00 00 00 ff ff ca c9 c9 07 00" // §7.2.3.5 two blocks
        }) {
      assertThat(new String(inflate(inflater, hex(wire), 2), StandardCharsets.US_ASCII))
          .isEqualTo("Hello");
    }
    assertThat(inflate(inflater, hex("00"), 0)).as("§7.2.3.6 an empty message").isEmpty();
  }

  @Test
  void messagesAfterAFinalBlockAreNotEmpty() throws DataFormatException {
    MessageInflater inflater = new MessageInflater(pool, true);
    for (int i = 0; i < 3; i++) {
      assertThat(inflate(inflater, hex("f3 48 cd c9 c9 07 00 00"), i)).hasSize(5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 12, 15})
  void whatIsCompressedIsReadAgainOverEverySplit(int windowBits) throws DataFormatException {
    SplittableRandom random = new SplittableRandom(7692);
    for (boolean alone : new boolean[] {true, false}) {
      MessageDeflater deflater = new MessageDeflater(pool, alone, windowBits, -1);
      MessageInflater inflater = new MessageInflater(pool, alone);
      for (int size : new int[] {0, 1, 100, 0, 0, 1000, 70_000}) {
        byte[] message = new byte[size];
        for (int i = 0; i < size; i++) {
          message[i] = (byte) "to be or not to be".charAt(random.nextInt(18));
        }
        byte[] given = message.clone();
        byte[] out = deflater.deflate(message, 0, size, true);
        byte[] small = Arrays.copyOf(out, deflater.length());
        deflater.release();
        assertThat(message).isEqualTo(given);
        assertThat(inflate(inflater, small, random.nextInt(small.length + 1))).isEqualTo(message);
      }
      deflater.end();
      inflater.end();
    }
  }

  @Test
  void anotherLevelFindsNoCompressorOfThis() throws DataFormatException {
    byte[] message = "the same message, the same message".getBytes(StandardCharsets.US_ASCII);
    MessageInflater inflater = new MessageInflater(pool, true);
    for (int level : new int[] {1, 9, 1, 6}) {
      MessageDeflater deflater = new MessageDeflater(pool, true, 15, level);
      byte[] bytes = deflater.deflate(message, 0, message.length, true);
      byte[] compressed = Arrays.copyOf(bytes, deflater.length());
      deflater.release();
      assertThat(inflate(inflater, compressed, 0)).as("level %d", level).isEqualTo(message);
    }
  }

  /** Takes parts of messages only. */
  private abstract static class Parts implements MessageAssembler.Messages {
    @Override
    public void text(byte[] bytes, int from, int to) {
      throw new AssertionError("no text was sent");
    }

    @Override
    public void binary(byte[] bytes, int from, int to) {
      throw new AssertionError("all of it streams");
    }

    @Override
    public void ping(byte[] bytes, int from, int to) {}

    @Override
    public void pong(byte[] bytes, int from, int to) {}

    @Override
    public void close(ClosePayload payload) {}
  }

  @Test
  void littleOfWhatIsReadIsInflatedForOneWhoStops() throws ProtocolException {
    byte[] noise = new byte[100_000];
    new Random(7692).nextBytes(noise);
    MessageDeflater deflater = new MessageDeflater(pool, true, 15, -1);
    byte[] payload = deflater.deflate(noise, 0, noise.length, true);
    ByteBuffer frame = ByteBuffer.allocate(10 + deflater.length());
    frame.put((byte) 0xC2).put((byte) 127).putLong(deflater.length());
    frame.put(payload, 0, deflater.length());
    FrameReader[] reader = new FrameReader[1];
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    MessageAssembler assembler =
        new MessageAssembler(
            1,
            1,
            1,
            new MessageInflater(pool, true),
            new Parts() {
              @Override
              public void part(int opcode, byte[] bytes, int from, int to, boolean last) {
                all.write(bytes, from, to - from);
                reader[0].stop();
              }
            });
    assembler.stream(true, true);
    reader[0] = new FrameReader(Role.CLIENT, FrameHeader.RSV1, assembler);
    for (int at = 0; at < frame.capacity(); ) {
      int before = at;
      at = reader[0].read(frame.array(), at, frame.capacity());
      assertThat(at - before).isLessThan(2 * 4096);
    }
    assertThat(all.toByteArray()).isEqualTo(noise);
  }

  @Test
  void fragmentsMakeOneMessage() throws DataFormatException {
    MessageDeflater deflater = new MessageDeflater(pool, true, 15, -1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 5; i++) {
      byte[] out = deflater.deflate(new byte[] {1, 2, 3}, 0, 3, i == 4);
      all.write(out, 0, deflater.length());
      deflater.release();
    }
    byte[] small = all.toByteArray();
    assertThat(inflate(new MessageInflater(pool, true), small, 3)).hasSize(15);
  }

  @Test
  void dataThatIsNoDeflateStreamIs1007() {
    Frame frame = new Frame(true, FrameHeader.RSV1, 1, hex("ff ff ff ff"));
    ProtocolException fault =
        catchThrowableOfType(
            ProtocolException.class,
            () -> frame.decompressed(new MessageInflater(pool, true), 100));
    assertThat(fault.code()).isEqualTo(1007);
  }

  @Test
  void aBombIsStoppedAtTheLimit() throws ProtocolException {
    Frame bomb =
        Frame.binary(new byte[50 << 20]).compressed(new MessageDeflater(pool, true, 15, 9));
    assertThat(bomb.payload().length).isLessThan(60_000);
    ProtocolException fault =
        catchThrowableOfType(
            ProtocolException.class,
            () -> bomb.decompressed(new MessageInflater(pool, true), 1 << 20));
    assertThat(fault.code()).isEqualTo(1009);
    Frame small = Frame.text("x".repeat(1000)).compressed(new MessageDeflater(pool, true, 15, 9));
    assertThat(small.decompressed(new MessageInflater(pool, true), 1000).payload()).hasSize(1000);
  }

  @Test
  void anIdleConnectionHoldsNothing() throws DataFormatException {
    MessageDeflater deflater = new MessageDeflater(pool, true, 15, -1);
    deflater.deflate(new byte[10], 0, 10, true);
    DeflatePool.Compressor used = pool.compressor(-1);
    assertThat(pool.compressor(-1)).as("given back after the message").isNotSameAs(used);
    pool.release(used);
    assertThat(pool.compressor(-1)).isSameAs(used);
  }
}
