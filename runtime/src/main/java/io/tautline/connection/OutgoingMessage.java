package io.tautline.connection;

import io.tautline.deflate.MessageDeflater;
import io.tautline.protocol.FrameHeader;
import io.tautline.protocol.FrameWriter;
import io.tautline.protocol.Role;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole message, ready to be sent to any number of peers: a server frames it once, and compresses
 * it once for all who agreed on the same parameters without context takeover (RFC 7692 §7.1.1).
 * Used by any number of threads.
 */
public final class OutgoingMessage {
  private final int opcode;
  private final byte[] payload;
  private byte @Nullable [] plain;
  private @Nullable Map<Integer, byte[]> compressed;

  /**
   * @param payload not changed any more
   */
  public OutgoingMessage(int opcode, byte[] payload) {
    this.opcode = opcode;
    this.payload = payload;
  }

  /** Returns whether it is text or binary, see {@link io.tautline.protocol.Opcode}. */
  public int opcode() {
    return opcode;
  }

  /** Returns the bytes of the payload. */
  public int size() {
    return payload.length;
  }

  /** Returns the payload itself, not to be changed. */
  public byte[] payload() {
    return payload;
  }

  /** Returns the frame as a server sends it without compression. */
  synchronized byte[] frame() {
    byte[] frame = plain;
    if (frame == null) {
      frame = frame(0, payload, payload.length);
      plain = frame;
    }
    return frame;
  }

  /**
   * Returns the frame as a server sends it compressed. It is compressed by a compressor of its own,
   * never by that of a connection, which may be in the middle of another message.
   *
   * @param compression without context takeover
   */
  synchronized byte[] frame(Compression compression) {
    MessageDeflater deflater = compression.deflater(Role.SERVER);
    Map<Integer, byte[]> known = compressed;
    byte[] frame = known == null ? null : known.get(deflater.setting());
    if (frame == null) {
      try {
        byte[] small = deflater.deflate(payload, 0, payload.length, true);
        frame = frame(FrameHeader.RSV1, small, deflater.length());
      } finally {
        deflater.release();
        deflater.end();
      }
      if (known == null) {
        known = new HashMap<>(2);
        compressed = known;
      }
      known.put(deflater.setting(), frame);
    }
    return frame;
  }

  private byte[] frame(int rsv, byte[] bytes, int length) {
    FrameWriter writer = new FrameWriter(Role.SERVER, () -> 0);
    byte[] frame = new byte[(int) writer.size(length)];
    int end = writer.write(frame, 0, true, rsv, opcode, bytes, 0, length);
    return end == frame.length ? frame : Arrays.copyOf(frame, end);
  }
}
