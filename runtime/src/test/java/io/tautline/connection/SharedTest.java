package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.FrameReader;
import io.tautline.protocol.MessageAssembler;
import io.tautline.protocol.ProtocolException;
import io.tautline.protocol.Role;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What connections share: memory for unfinished messages, and slow handshakes. */
class SharedTest {
  /** Is told, and does nothing. */
  private static final class Nobody implements MessageAssembler.Messages {
    @Override
    public void text(byte[] bytes, int from, int to) {}

    @Override
    public void binary(byte[] bytes, int from, int to) {}

    @Override
    public void part(int opcode, byte[] bytes, int from, int to, boolean last) {}

    @Override
    public void ping(byte[] bytes, int from, int to) {}

    @Override
    public void pong(byte[] bytes, int from, int to) {}

    @Override
    public void close(ClosePayload payload) {}
  }

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  @Test
  void anAddressMayHaveSoManySlowHandshakesAtATime() throws Exception {
    SlowHandshakes slow = new SlowHandshakes(2);
    assertThat(slow.enter(address("192.0.2.1"))).isTrue();
    assertThat(slow.enter(address("192.0.2.1"))).isTrue();
    assertThat(slow.enter(address("192.0.2.1"))).isFalse();
    assertThat(slow.enter(address("192.0.2.2"))).isTrue();
    slow.leave(address("192.0.2.1"));
    assertThat(slow.enter(address("192.0.2.1"))).isTrue();
    slow.leave(address("192.0.2.1"));
    slow.leave(address("192.0.2.1"));
    slow.leave(address("192.0.2.2"));
    assertThat(slow.addresses()).as("nobody is remembered").isZero();
  }

  @Test
  void ofIpv6TheNetworkCounts() throws Exception {
    SlowHandshakes slow = new SlowHandshakes(1);
    assertThat(slow.enter(address("2001:db8:0:1::1"))).isTrue();
    assertThat(slow.enter(address("2001:db8:0:1:ffff::2"))).isFalse();
    assertThat(slow.enter(address("2001:db8:0:2::1"))).isTrue();
  }

  @Test
  void memoryIsGivenBackHoweverAMessageEnds() throws Exception {
    SharedMemory memory = new SharedMemory(10_000);
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 2000; i++) {
      MessageAssembler assembler = new MessageAssembler(6000, 6000, 100, null, new Nobody());
      assembler.memory(memory);
      FrameReader reader = new FrameReader(Role.CLIENT, 0, assembler);
      try {
        for (int frame = 0; frame < 6; frame++) {
          boolean first = reader.betweenMessages();
          int opcode = first ? 2 : 0;
          int fin = random.nextInt(2) << 7;
          int size = random.nextInt(4000);
          byte[] bytes = new byte[4 + size];
          bytes[0] = (byte) (fin | opcode);
          bytes[1] = 126;
          bytes[2] = (byte) (size >> 8);
          bytes[3] = (byte) size;
          if (random.nextInt(4) == 0) {
            bytes = new byte[] {bytes[0], 0}; // an empty frame
          } else if (size < 126) {
            continue;
          }
          reader.read(bytes, 0, bytes.length);
          if (reader.betweenMessages()) {
            assertThat(memory.taken()).as("let go with the message").isZero();
          }
        }
      } catch (ProtocolException e) {
        assertThat(e.code()).isIn(CloseCode.TOO_BIG, CloseCode.TRY_AGAIN_LATER);
      } finally {
        assembler.end();
      }
      assertThat(memory.taken()).isZero();
    }
  }

  @Test
  void aLongArrayThatIsGivenBackIsUsedAgain() {
    SharedMemory memory = new SharedMemory(10_000_000);
    memory.take(500_000);
    byte[] first = new byte[500_000];
    memory.giveBack(first);
    assertThat(memory.taken()).isZero();
    assertThat(memory.spare(500_001)).as("one too short").isNull();
    assertThat(memory.spare(400_000)).isSameAs(first);
    assertThat(memory.taken()).as("all of it").isEqualTo(500_000);
    assertThat(memory.spare(400_000)).as("one in use").isNull();
  }

  @Test
  void aSpareArrayCountsAsAnyOther() {
    SharedMemory memory = new SharedMemory(900_000);
    memory.take(500_000);
    memory.giveBack(new byte[500_000]);
    memory.take(400_001);
    assertThat(memory.spare(200_000)).isNull();
    memory.take(-1);
    assertThat(memory.spare(200_000)).hasSize(500_000);
  }

  @Test
  void ofArraysGivenBackEightAreKeptAndNoneThatIsShortOrVeryLong() {
    SharedMemory memory = new SharedMemory(100_000_000);
    for (int length = 200_000; length < 200_020; length++) {
      memory.take(length);
      memory.giveBack(new byte[length]);
    }
    for (int length : new int[] {100, SharedMemory.SPARE_BYTES - 1, 1024 * 1024 + 1}) {
      memory.take(length);
      memory.giveBack(new byte[length]);
    }
    for (int length = 200_019; length > 200_011; length--) {
      assertThat(memory.spare(1)).as("the last first").hasSize(length);
    }
    assertThat(memory.spare(1)).isNull();
  }

  @Test
  void whatIsNotThereCannotBeTaken() throws Exception {
    SharedMemory memory = new SharedMemory(1000);
    assertThat(memory.take(1000)).isTrue();
    assertThat(memory.take(1)).isFalse();
    assertThat(memory.taken()).isEqualTo(1000);
    MessageAssembler assembler = new MessageAssembler(6000, 6000, 100, null, new Nobody());
    assembler.memory(memory);
    FrameReader reader = new FrameReader(Role.CLIENT, 0, assembler);
    byte[] half = HexFormat.of().parseHex("0201ff");
    assertThatThrownBy(() -> reader.read(half, 0, half.length))
        .isInstanceOfSatisfying(ProtocolException.class, e -> assertThat(e.code()).isEqualTo(1013));
  }
}
