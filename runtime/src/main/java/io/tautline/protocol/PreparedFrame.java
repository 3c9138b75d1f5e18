package io.tautline.protocol;

import java.nio.ByteBuffer;

/**
 * A server's frame encoded once, to be written any number of times.
 *
 * <p>A client has none: each of its frames wants a fresh masking key (RFC 6455 §5.3).
 */
public final class PreparedFrame {
  /** A Ping without payload. */
  public static final PreparedFrame PING = of(Frame.ping(new byte[0]));

  /** A Pong without payload. */
  public static final PreparedFrame PONG = of(Frame.pong(new byte[0]));

  /** A Close without a code. */
  public static final PreparedFrame CLOSE = of(Frame.close(ClosePayload.EMPTY));

  /** A Close with 1000. */
  public static final PreparedFrame CLOSE_NORMAL = close(CloseCode.NORMAL);

  /** A Close with 1001. */
  public static final PreparedFrame CLOSE_GOING_AWAY = close(CloseCode.GOING_AWAY);

  /** A Close with 1002. */
  public static final PreparedFrame CLOSE_PROTOCOL_ERROR = close(CloseCode.PROTOCOL_ERROR);

  private final byte[] bytes;

  private PreparedFrame(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Encodes a frame. */
  public static PreparedFrame of(Frame frame) {
    return new PreparedFrame(frame.bytes(new FrameWriter(Role.SERVER, () -> 0)));
  }

  /** Encodes a Close with a code and no reason. */
  public static PreparedFrame close(int code) {
    return of(Frame.close(new ClosePayload(code, "")));
  }

  /** Returns the frame to be written; a view of its own, which cannot change it. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /**
   * Copies the frame.
   *
   * @return the index after it
   */
  public int write(byte[] out, int at) {
    System.arraycopy(bytes, 0, out, at, bytes.length);
    return at + bytes.length;
  }

  /** Returns the bytes the frame takes. */
  public int size() {
    return bytes.length;
  }
}
