package io.tautline.samples.pipe;

import java.util.function.Consumer;

/** Makes packets of the bytes of a pipe, wherever they are cut. */
interface PacketReader {
  /** Takes all bytes and gives each packet that is complete. */
  void read(byte[] bytes, int from, int to, Consumer<Packet> packets);

  /**
   * The input has ended.
   *
   * @return what is missing at its end, or an empty text
   */
  String end(Consumer<Packet> packets);

  /** What is told of packets that cannot be sent. */
  interface Refusals {
    void refused(String why);
  }

  static PacketReader of(Format format, boolean binary, int maxBytes, Refusals refusals) {
    int type = binary ? Packet.BINARY : Packet.TEXT;
    return switch (format) {
      case RAW -> new ChunkReader(type, maxBytes);
      case LINES -> new LineReader(type, maxBytes, refusals);
      case LENGTHS -> new SizedReader(type, maxBytes, refusals);
      case STRICT -> new SizedReader(0, maxBytes, refusals);
    };
  }
}
