package io.tautline.protocol;

import io.tautline.deflate.MessageDeflater;
import io.tautline.deflate.MessageInflater;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;

/**
 * A whole frame with its payload, unmasked; for whoever builds or looks at single frames.
 *
 * <p>Immutable by agreement: the payload is not copied and must not be changed. The hot path has no
 * such objects; see {@link FrameReader} and {@link FrameWriter}.
 */
public final class Frame {
  private final boolean fin;
  private final int rsv;
  private final int opcode;
  private final byte[] payload;

  /**
   * Makes any frame, also one that breaks rules.
   *
   * @param rsv reserved bits where they stand in the first byte
   */
  public Frame(boolean fin, int rsv, int opcode, byte[] payload) {
    this.fin = fin;
    this.rsv = rsv;
    this.opcode = opcode;
    this.payload = payload;
  }

  /** Returns a whole text message. */
  public static Frame text(String text) {
    return new Frame(true, 0, Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a whole binary message. */
  public static Frame binary(byte[] payload) {
    return new Frame(true, 0, Opcode.BINARY, payload);
  }

  /** Returns a Ping. */
  public static Frame ping(byte[] payload) {
    return control(Opcode.PING, payload);
  }

  /** Returns a Pong. */
  public static Frame pong(byte[] payload) {
    return control(Opcode.PONG, payload);
  }

  /** Returns a Close. */
  public static Frame close(ClosePayload payload) {
    return control(Opcode.CLOSE, payload.bytes());
  }

  private static Frame control(int opcode, byte[] payload) {
    if (payload.length > FrameHeader.MAX_CONTROL_PAYLOAD) {
      throw new IllegalArgumentException(
          "payload is " + payload.length + " bytes; at most 125 fit (RFC 6455 §5.5)");
    }
    return new Frame(true, 0, opcode, payload);
  }

  /**
   * Reads a frame from bytes that hold all of it.
   *
   * @throws ProtocolException if the header is malformed
   * @throws IllegalArgumentException if the bytes end before the frame does
   */
  public static Frame read(byte[] bytes, int from, int to) throws ProtocolException {
    FrameHeader header = new FrameHeader();
    int size = header.read(bytes, from, to);
    if (size == 0 || header.length > to - from - size) {
      throw new IllegalArgumentException("the bytes end before the frame does");
    }
    int start = from + size;
    byte[] payload = Arrays.copyOfRange(bytes, start, start + (int) header.length);
    if (header.masked) {
      Mask.apply(payload, 0, payload.length, header.key);
    }
    return new Frame(header.fin, header.rsv, header.opcode, payload);
  }

  /** Returns the frame as it goes on the wire, masked if the writer's role masks. */
  public byte[] bytes(FrameWriter writer) {
    byte[] bytes = new byte[Math.toIntExact(writer.size(payload.length))];
    writer.write(bytes, 0, fin, rsv, opcode, payload, 0, payload.length);
    return bytes;
  }

  /** Returns this message compressed (RFC 7692 §7.2.1). */
  public Frame compressed(MessageDeflater deflater) {
    requireWholeMessage();
    byte[] out = deflater.deflate(payload, 0, payload.length, true);
    byte[] small = Arrays.copyOf(out, deflater.length());
    deflater.release();
    return new Frame(true, rsv | FrameHeader.RSV1, opcode, small);
  }

  /**
   * Returns this message decompressed (RFC 7692 §7.2.2).
   *
   * @param maxBytes longest result
   * @throws ProtocolException with 1007 for malformed data, 1009 beyond {@code maxBytes}
   */
  public Frame decompressed(MessageInflater inflater, int maxBytes) throws ProtocolException {
    requireWholeMessage();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      inflater.<ProtocolException>inflate(
          payload,
          0,
          payload.length,
          true,
          (bytes, from, to, last) -> {
            if (to - from > maxBytes - all.size()) {
              throw new ProtocolException(
                  CloseCode.TOO_BIG, "message longer than " + maxBytes + " bytes");
            }
            all.write(bytes, from, to - from);
          });
    } catch (DataFormatException e) {
      throw new ProtocolException(CloseCode.INVALID_DATA, "malformed compressed message");
    }
    return new Frame(true, rsv & ~FrameHeader.RSV1, opcode, all.toByteArray());
  }

  private void requireWholeMessage() {
    if (!fin || (opcode != Opcode.TEXT && opcode != Opcode.BINARY)) {
      throw new IllegalArgumentException("only a whole message in one frame is compressed so");
    }
  }

  /** Returns whether this ends its message. */
  public boolean fin() {
    return fin;
  }

  /** Returns the reserved bits where they stand in the first byte. */
  public int rsv() {
    return rsv;
  }

  /** Returns the opcode, see {@link Opcode}. */
  public int opcode() {
    return opcode;
  }

  /** Returns the payload itself; not to be changed. */
  public byte[] payload() {
    return payload;
  }

  @Override
  public String toString() {
    return "opcode " + opcode + (fin ? " fin " : " ") + payload.length + " bytes";
  }
}
