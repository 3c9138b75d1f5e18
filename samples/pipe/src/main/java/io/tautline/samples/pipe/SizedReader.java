package io.tautline.samples.pipe;

import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Packets that say how long they are. One that cannot be sent is passed over to its end, so the
 * next is found.
 */
final class SizedReader implements PacketReader {
  private static final int MAX_CONTROL = 125;

  /** The type of every packet, or 0 if their headers say it. */
  private final int type;

  private final int maxBytes;
  private final Refusals refusals;
  private final ByteBuffer header;

  /** The payload being read, once its header is complete. */
  private ByteBuffer payload = ByteBuffer.allocate(0);

  private boolean inPayload;

  /** Bytes of a refused packet still to come. */
  private long skip;

  SizedReader(int type, int maxBytes, Refusals refusals) {
    this.type = type;
    this.maxBytes = maxBytes;
    this.refusals = refusals;
    this.header = ByteBuffer.allocate(type == 0 ? 12 : 4);
  }

  @Override
  public void read(byte[] bytes, int from, int to, Consumer<Packet> packets) {
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    while (in.hasRemaining()) {
      if (skip > 0) {
        int passed = (int) Math.min(skip, in.remaining());
        in.position(in.position() + passed);
        skip -= passed;
      } else if (inPayload) {
        take(in, payload);
        finishIfComplete(packets);
      } else {
        take(in, header);
        if (!header.hasRemaining()) {
          begin();
          finishIfComplete(packets);
        }
      }
    }
  }

  private static void take(ByteBuffer in, ByteBuffer into) {
    int count = Math.min(in.remaining(), into.remaining());
    into.put(into.position(), in, in.position(), count);
    into.position(into.position() + count);
    in.position(in.position() + count);
  }

  private int type() {
    return type == 0 ? header.getInt(4) : type;
  }

  private int client() {
    return type == 0 ? header.getInt(0) : Packet.EVERYONE;
  }

  private void begin() {
    long length = Integer.toUnsignedLong(header.getInt(header.capacity() - 4));
    String why = refusal(length);
    if (why.isEmpty()) {
      payload = ByteBuffer.allocate((int) length);
      inPayload = true;
    } else {
      refusals.refused(why);
      skip = length;
      header.clear();
    }
  }

  private String refusal(long length) {
    return switch (type()) {
      case Packet.TEXT, Packet.BINARY ->
          length > maxBytes
              ? "it has " + length + " bytes; --max-message-size allows " + maxBytes
              : "";
      case Packet.PING, Packet.CLOSE ->
          length > MAX_CONTROL ? "a ping or close has at most 125 bytes, this has " + length : "";
      default ->
          "its type is "
              + Integer.toUnsignedString(type())
              + "; there are 1 text, 2 binary, 8 close and 9 ping";
    };
  }

  private void finishIfComplete(Consumer<Packet> packets) {
    if (!inPayload || payload.hasRemaining()) {
      return;
    }
    Packet packet = new Packet(client(), type(), payload.array());
    inPayload = false;
    header.clear();
    if (packet.type() == Packet.CLOSE) {
      try {
        ClosePayload.parse(packet.payload(), 0, packet.payload().length);
      } catch (ProtocolException e) {
        refusals.refused("a close is two bytes of code and a reason, or nothing: " + e.rule());
        return;
      }
    }
    packets.accept(packet);
  }

  @Override
  public String end(Consumer<Packet> packets) {
    long missing =
        skip > 0 ? skip : inPayload ? payload.remaining() : header.remaining() % header.capacity();
    skip = 0;
    inPayload = false;
    header.clear();
    return missing == 0 ? "" : "the input ended within a packet: " + missing + " bytes are missing";
  }
}
