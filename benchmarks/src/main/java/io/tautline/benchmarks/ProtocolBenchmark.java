package io.tautline.benchmarks;

import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.FrameHeader;
import io.tautline.protocol.FrameReader;
import io.tautline.protocol.FrameWriter;
import io.tautline.protocol.Mask;
import io.tautline.protocol.MessageAssembler;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.ProtocolException;
import io.tautline.protocol.Role;
import io.tautline.protocol.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What every message goes through; 16 KiB blocks, and frames of 125 bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ProtocolBenchmark implements MessageAssembler.Messages {
  private static final int BLOCK = 16 * 1024;
  private static final int KEY = 0x37fa213d;

  private final byte[] block = new byte[BLOCK];
  private final byte[] wire =
      new byte[(int) FrameWriter.roomForAscii(BLOCK) + FrameHeader.MAX_BYTES];
  private final String text = "a".repeat(BLOCK);
  private final byte[] message = new byte[125];
  private final FrameHeader header = new FrameHeader();
  private final FrameWriter client = new FrameWriter(Role.CLIENT, () -> KEY);
  private final FrameWriter server = new FrameWriter(Role.SERVER, () -> 0);
  private final FrameReader reader =
      new FrameReader(Role.SERVER, 0, new MessageAssembler(1 << 20, 1 << 20, 1024, null, this));
  private int echoed;

  /** Not a constant, lest the compiler work the header out beforehand. */
  private long length = 300;

  /** Fills the block with letters. */
  public ProtocolBenchmark() {
    Arrays.fill(block, (byte) 'a');
    Arrays.fill(message, (byte) 'a');
  }

  /** Writes a text of 16 KiB as a frame, by way of its bytes. */
  @Benchmark
  public int text16KiBByAnArray() {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return server.write(wire, 0, true, 0, Opcode.TEXT, utf8, 0, utf8.length);
  }

  /** Does the same without an array of its own, on Java 22 and later. */
  @Benchmark
  public int text16KiBByItself() {
    return server.ascii(wire, 0, text);
  }

  /** Masks 16 KiB in place. */
  @Benchmark
  public int mask16KiB() {
    return Mask.apply(block, 0, BLOCK, KEY);
  }

  /** Validates 16 KiB of ASCII. */
  @Benchmark
  public int asciiAsUtf8Of16KiB() {
    return Utf8.skipAscii(message, 0, 0) + Utf8.skipAscii(block, 0, BLOCK);
  }

  /** Writes and reads the header of a client's frame. */
  @Benchmark
  public long headerThereAndBack() throws ProtocolException {
    int end = FrameHeader.write(wire, 0, true, 0, Opcode.TEXT, true, KEY, length);
    length = (length * 7 + 1) & 0x1FFFF;
    return header.read(wire, 0, end) + header.length();
  }

  /** A text of 125 bytes: written masked, read, checked, written as the answer. */
  @Benchmark
  public int echoOf125Bytes() throws ProtocolException {
    int end = client.write(wire, 0, true, 0, Opcode.TEXT, message, 0, message.length);
    reader.read(wire, 0, end);
    return echoed;
  }

  @Override
  public void text(byte[] bytes, int from, int to) {
    echoed = server.write(wire, 1024, true, 0, Opcode.TEXT, bytes, from, to);
  }

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
