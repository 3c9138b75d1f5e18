package io.tautline.samples.pipe;

import java.util.Arrays;
import java.util.function.Consumer;

/** Every read is a message; the bytes of a character that is cut wait for the rest of it. */
final class ChunkReader implements PacketReader {
  private final int type;
  private byte[] tail = {};

  ChunkReader(int type) {
    this.type = type;
  }

  @Override
  public void read(byte[] bytes, int from, int to, Consumer<Packet> packets) {
    byte[] chunk = Arrays.copyOf(tail, tail.length + to - from);
    System.arraycopy(bytes, from, chunk, tail.length, to - from);
    int end = type == Packet.TEXT ? wholeCharacters(chunk) : chunk.length;
    tail = Arrays.copyOfRange(chunk, end, chunk.length);
    if (end > 0) {
      packets.accept(new Packet(Packet.EVERYONE, type, Arrays.copyOf(chunk, end)));
    }
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
