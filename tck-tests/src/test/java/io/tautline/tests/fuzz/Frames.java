package io.tautline.tests.fuzz;

import io.tautline.deflate.DeflatePool;
import io.tautline.deflate.MessageInflater;
import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.FrameHeader;
import io.tautline.protocol.FrameReader;
import io.tautline.protocol.MessageAssembler;
import io.tautline.protocol.ProtocolException;
import io.tautline.protocol.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes down what frames turn into. */
final class Frames implements MessageAssembler.Messages {
  private static final int LIMIT = 4096;
  private static final DeflatePool POOL = new DeflatePool(4);

  private final List<String> lines = new ArrayList<>();

  /** Reads frames that come in steps of so many bytes. */
  static List<String> read(Role role, byte[] input, int step) {
    Frames frames = new Frames();
    MessageInflater inflater = new MessageInflater(POOL, true);
    MessageAssembler assembler = new MessageAssembler(LIMIT, LIMIT, 16, inflater, frames);
    FrameReader reader = new FrameReader(role, FrameHeader.RSV1, assembler);
    try {
      for (int at = 0; at < input.length; at += step) {
        byte[] piece = Arrays.copyOfRange(input, at, Math.min(input.length, at + step));
        if (reader.read(piece, 0, piece.length) != piece.length) {
          throw new AssertionError("not all was read");
        }
      }
    } catch (ProtocolException e) {
      if (!CloseCode.onWire(e.code()) || !ClosePayload.fit(e.rule()).equals(e.rule())) {
        throw new AssertionError("no Close can say " + e.code() + " " + e.rule(), e);
      }
      // Which of the two a compressed message is told depends on how much was inflated at once.
      boolean content = e.code() == CloseCode.INVALID_DATA || e.code() == CloseCode.TOO_BIG;
      frames.lines.add(content ? "failed for its content" : "failed " + e.code());
    } finally {
      assembler.end();
    }
    return frames.lines;
  }

  private void add(String kind, byte[] bytes, int from, int to) {
    if (to - from > LIMIT) {
      throw new AssertionError(kind + " of " + (to - from) + " bytes");
    }
    lines.add(kind + " " + Arrays.hashCode(Arrays.copyOfRange(bytes, from, to)));
  }

  @Override
  public void text(byte[] bytes, int from, int to) {
    add("text", bytes, from, to);
  }

  @Override
  public void binary(byte[] bytes, int from, int to) {
    add("binary", bytes, from, to);
  }

  @Override
  public void part(int opcode, byte[] bytes, int from, int to, boolean last) {
    throw new AssertionError("nothing streams here");
  }

  @Override
  public void ping(byte[] bytes, int from, int to) {
    add("ping", bytes, from, to);
  }

  @Override
  public void pong(byte[] bytes, int from, int to) {
    add("pong", bytes, from, to);
  }

  @Override
  public void close(ClosePayload payload) {
    lines.add("close " + payload.code() + " " + payload.reason());
  }
}
