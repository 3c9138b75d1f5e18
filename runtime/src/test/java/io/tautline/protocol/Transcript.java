package io.tautline.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads bytes through the real reader and assembler and writes down, in words, what came out. */
final class Transcript implements MessageAssembler.Messages {
  private static final HexFormat HEX = HexFormat.of();

  private final List<String> lines = new ArrayList<>();

  static byte[] hex(String wire) {
    return HEX.parseHex(wire.replaceAll("[^0-9a-fA-F]", ""));
  }

  /** Reads {@code input} cut at the given places, with a fresh reader of the given role. */
  static List<String> of(Role role, byte[] input, int... cuts) {
    return bounded(role, input, 1 << 20, cuts);
  }

  static List<String> bounded(Role role, byte[] input, int maxBytes, int... cuts) {
    Transcript transcript = new Transcript();
    MessageAssembler assembler = new MessageAssembler(maxBytes, maxBytes, 64, null, transcript);
    FrameReader reader = new FrameReader(role, 0, assembler);
    int from = 0;
    try {
      for (int i = 0; i <= cuts.length; i++) {
        int to = i < cuts.length ? cuts[i] : input.length;
        byte[] piece = new byte[to - from + 6]; // views must respect their bounds
        System.arraycopy(input, from, piece, 3, to - from);
        reader.read(piece, 3, 3 + to - from);
        from = to;
      }
    } catch (ProtocolException e) {
      transcript.lines.add("failed " + e.code() + " " + e.rule());
    }
    return transcript.lines;
  }

  /** Reads {@code input} whole, byte by byte and over every split in two: all must agree. */
  static List<String> overEverySplit(Role role, byte[] input) {
    List<String> whole = of(role, input);
    int[] each = new int[Math.max(0, input.length - 1)];
    for (int i = 0; i < each.length; i++) {
      each[i] = i + 1;
    }
    if (!whole.equals(of(role, input, each))) {
      throw new AssertionError("whole " + whole + " but byte by byte " + of(role, input, each));
    }
    for (int cut = 0; cut <= input.length; cut++) {
      List<String> split = of(role, input, cut);
      if (!whole.equals(split)) {
        throw new AssertionError("whole " + whole + " but cut at " + cut + ": " + split);
      }
    }
    return whole;
  }

  /** Returns what came out so far. */
  List<String> lines() {
    return lines;
  }

  @Override
  public void text(byte[] bytes, int from, int to) {
    lines.add("text " + new String(bytes, from, to - from, StandardCharsets.UTF_8));
  }

  @Override
  public void binary(byte[] bytes, int from, int to) {
    lines.add("binary " + HEX.formatHex(bytes, from, to));
  }

  @Override
  public void part(int opcode, byte[] bytes, int from, int to, boolean last) {
    lines.add("part " + opcode + " " + HEX.formatHex(bytes, from, to) + (last ? " last" : ""));
  }

  @Override
  public void ping(byte[] bytes, int from, int to) {
    lines.add("ping " + HEX.formatHex(bytes, from, to));
  }

  @Override
  public void pong(byte[] bytes, int from, int to) {
    lines.add("pong " + HEX.formatHex(bytes, from, to));
  }

  @Override
  public void close(ClosePayload payload) {
    lines.add("close " + payload.code() + " " + payload.reason());
  }
}
