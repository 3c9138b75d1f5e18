package io.tautline.samples.pipe;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Every read is a message, or several if it is too long for one; the bytes of a character that is
 * cut wait for the rest of it.
 */
final class ChunkReader implements PacketReader {
  private final int type;
  private final int maxBytes;
  private byte[] tail = {};

  ChunkReader(int type, int maxBytes) {
    this.type = type;
    this.maxBytes = Math.max(4, maxBytes); // the bytes of one character
  }

  @Override
  public void read(byte[] bytes, int from, int to, Consumer<Packet> packets) {
    byte[] chunk = Arrays.copyOf(tail, tail.length + to - from);
    System.arraycopy(bytes, from, chunk, tail.length, to - from);
    int at = 0;
    while (at < chunk.length) {
      byte[] piece = Arrays.copyOfRange(chunk, at, Math.min(chunk.length, at + maxBytes));
      int end = type == Packet.TEXT ? wholeCharacters(piece) : piece.length;
      if (end == 0) {
        break;
      }
      packets.accept(new Packet(Packet.EVERYONE, type, Arrays.copyOf(piece, end)));
      at += end;
    }
    tail = Arrays.copyOfRange(chunk, at, chunk.length);
  }

  /** Returns where a character begins that the end cuts, or the length. */
  static int wholeCharacters(byte[] utf8) {
    for (int back = 1; back <= 3 && back <= utf8.length; back++) {
      int one = utf8[utf8.length - back] & 0xff;
      if (one >= 0xc0) {
        int needs = one >= 0xf0 ? 4 : one >= 0xe0 ? 3 : 2;
        return needs > back ? utf8.length - back : utf8.length;
      }
      if (one < 0x80) {
        break;
      }
    }
    return utf8.length;
  }

  @Override
  public String end(Consumer<Packet> packets) {
    if (tail.length > 0) {
      packets.accept(new Packet(Packet.EVERYONE, type, tail));
      tail = new byte[0];
    }
    return "";
  }
}
