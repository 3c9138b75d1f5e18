package io.tautline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tautline.deflate.DeflatePool;
import io.tautline.deflate.MessageDeflater;
import io.tautline.deflate.MessageInflater;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random and mutated frames: nothing but {@link ProtocolException}, the same events however the
 * bytes are cut, and memory within the limit.
 *
 * <p>{@code -Dfuzz.frames=N} sets how many frames each role reads.
 */
class FrameFuzzTest {
  private static final int FRAMES = Integer.getInteger("fuzz.frames", 200_000) / 2;
  private static final int LIMIT = 10_000;
  private static final int FRAMES_AT_ONCE = 20;

  private final DeflatePool pool = new DeflatePool(4);

  /** Sums what it is told, in order; text and binary however they come are views or copies. */
  private static final class Digest implements MessageAssembler.Messages {
    long sum = 1;

    private void add(int kind, byte[] bytes, int from, int to) {
      sum = sum * 31 + kind;
      for (int i = from; i < to; i++) {
        sum = sum * 31 + bytes[i];
      }
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
      assertThat(to - from).isLessThanOrEqualTo(LIMIT);
      add(1, bytes, from, to);
    }

    @Override
    public void binary(byte[] bytes, int from, int to) {
      assertThat(to - from).isLessThanOrEqualTo(LIMIT);
      add(2, bytes, from, to);
    }

    @Override
    public void part(int opcode, byte[] bytes, int from, int to, boolean last) {
      throw new AssertionError("nothing streams here");
    }

    @Override
    public void ping(byte[] bytes, int from, int to) {
      add(9, bytes, from, to);
    }

    @Override
    public void pong(byte[] bytes, int from, int to) {
      add(10, bytes, from, to);
    }

    @Override
    public void close(ClosePayload payload) {
      sum = sum * 31 + payload.hashCode();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void everySplitTellsTheSameAndOnlyRulesAreThrown(Role reader) {
    for (int seed = 0; seed * FRAMES_AT_ONCE < FRAMES; seed++) {
      byte[] input = input(new SplittableRandom(seed), reader);
      long whole = digest(reader, input, input.length);
      SplittableRandom random = new SplittableRandom(seed);
      for (int step : new int[] {1, 1 + random.nextInt(40), 1 + random.nextInt(4000)}) {
        assertThat(digest(reader, input, step))
            .as("seed %d, role %s, in steps of %d", seed, reader, step)
            .isEqualTo(whole);
      }
    }
  }

  private long digest(Role role, byte[] input, int step) {
    Digest digest = new Digest();
    MessageInflater inflater = new MessageInflater(pool, true);
    MessageAssembler assembler = new MessageAssembler(LIMIT, LIMIT, 64, inflater, digest);
    FrameReader reader = new FrameReader(role, FrameHeader.RSV1, assembler);
    try {
      for (int at = 0; at < input.length; at += step) {
        byte[] piece = Arrays.copyOfRange(input, at, Math.min(input.length, at + step));
        assertThat(reader.read(piece, 0, piece.length)).isEqualTo(piece.length);
      }
    } catch (ProtocolException e) {
      assertThat(CloseCode.onWire(e.code())).isTrue();
      assertThat(ClosePayload.fit(e.rule())).isEqualTo(e.rule());
      digest.sum = digest.sum * 31 + e.code();
    }
    assembler.end();
    return digest.sum;
  }

  /** Twenty frames by the grammar, most of the time; then perhaps a few bytes changed. */
  private byte[] input(SplittableRandom random, Role reader) {
    byte[] out = new byte[FRAMES_AT_ONCE * 1100];
    if (random.nextInt(10) == 0) {
      byte[] noise = new byte[random.nextInt(400)];
      random.nextBytes(noise);
      return noise;
    }
    FrameWriter writer = new FrameWriter(reader.peer(), random::nextInt);
    MessageDeflater deflater = new MessageDeflater(pool, true, 15, 1);
    int at = 0;
    boolean inMessage = false;
    for (int i = 0; i < FRAMES_AT_ONCE; i++) {
      byte[] payload = payload(random);
      int kind = random.nextInt(10);
      if (kind == 0) {
        int opcode = random.nextBoolean() ? Opcode.PING : Opcode.PONG;
        int length = Math.min(125, payload.length);
        at = writer.write(out, at, true, 0, opcode, payload, 0, length);
      } else if (inMessage) {
        boolean fin = random.nextInt(3) == 0;
        at = writer.write(out, at, fin, 0, Opcode.CONTINUATION, payload, 0, payload.length);
        inMessage = !fin;
      } else if (kind == 1) {
        byte[] small = deflater.deflate(payload, 0, payload.length, true);
        int n = Math.min(deflater.length(), 1000);
        at = writer.write(out, at, true, FrameHeader.RSV1, Opcode.TEXT, small, 0, n);
        deflater.release();
      } else {
        int opcode = random.nextInt(3) == 0 ? Opcode.BINARY : Opcode.TEXT;
        inMessage = random.nextInt(4) == 0;
        at = writer.write(out, at, !inMessage, 0, opcode, payload, 0, payload.length);
      }
    }
    deflater.end();
    for (int i = random.nextInt(8) - 4; i > 0 && at > 0; i--) {
      out[random.nextInt(at)] = (byte) random.nextInt();
    }
    return Arrays.copyOf(out, at);
  }

  private static byte[] payload(SplittableRandom random) {
    byte[] payload = new byte[random.nextInt(random.nextBoolean() ? 20 : 1000)];
    String letters = random.nextInt(4) == 0 ? "aé€😀" : "abc";
    byte[] bytes = letters.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < payload.length; i++) {
      payload[i] = bytes[i % bytes.length];
    }
    return payload;
  }

  @Test
  void memoryStaysWithinWhatArrivedAndTheLimit() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    for (String hex :
        new String[] {
          "82 7f 00000000 7fffffff", // two gibibytes are declared, none come
          "02 7e 2700", // fragments of which the first is large
          "c1 7e 0400"
        }) {
      byte[] input = Transcript.hex(hex);
      digest(Role.CLIENT, input, input.length);
      long before = threads.getThreadAllocatedBytes(thread);
      digest(Role.CLIENT, input, input.length);
      assertThat(threads.getThreadAllocatedBytes(thread) - before)
          .as(hex)
          .isLessThan(2L * input.length + LIMIT + 64 * 1024);
    }
  }
}
