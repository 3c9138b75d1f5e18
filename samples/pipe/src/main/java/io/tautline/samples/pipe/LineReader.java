package io.tautline.samples.pipe;

import java.util.Arrays;
import java.util.function.Consumer;

/** Every line is a message, without its newline; a line that is too long is left out. */
final class LineReader implements PacketReader {
  private final int type;
  private final int maxBytes;
  private final Refusals refusals;
  private byte[] line = new byte[256];
  private int length;
  private boolean skipping;

  LineReader(int type, int maxBytes, Refusals refusals) {
    this.type = type;
    this.maxBytes = maxBytes;
    this.refusals = refusals;
  }

  @Override
  public void read(byte[] bytes, int from, int to, Consumer<Packet> packets) {
    int begin = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        add(bytes, begin, i);
        finish(packets);
        begin = i + 1;
      }
    }
    add(bytes, begin, to);
  }

  private void add(byte[] bytes, int from, int to) {
    int more = to - from;
    if (skipping || more > maxBytes - length) {
      skipping = true;
      length = 0;
      return;
    }
    if (length + more > line.length) {
      line = Arrays.copyOf(line, Math.max(length + more, 2 * line.length));
    }
    System.arraycopy(bytes, from, line, length, more);
    length += more;
  }

  private void finish(Consumer<Packet> packets) {
    if (skipping) {
      refusals.refused("a line is longer than " + maxBytes + " bytes, see --max-message-size");
    } else {
      int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
      packets.accept(new Packet(Packet.EVERYONE, type, Arrays.copyOf(line, end)));
    }
    skipping = false;
    length = 0;
  }

  @Override
  public String end(Consumer<Packet> packets) {
    if (skipping || length > 0) {
      finish(packets);
    }
    return "";
  }
}
