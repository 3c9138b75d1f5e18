package io.tautline.protocol;

import java.nio.charset.StandardCharsets;

/**
 * The payload of a Close frame (RFC 6455 §5.5.1): nothing, or a code and a reason.
 *
 * @param code the status code, or {@link CloseCode#NO_STATUS} for an empty payload
 * @param reason text for people, at most {@value #MAX_REASON_BYTES} bytes of UTF-8
 */
public record ClosePayload(int code, String reason) {
  /** Bytes of UTF-8 that fit beside the code. */
  public static final int MAX_REASON_BYTES = 123;

  /** A Close frame without a code. */
  public static final ClosePayload EMPTY = new ClosePayload(CloseCode.NO_STATUS, "");

  /**
   * Reads the payload of a received Close frame.
   *
   * @throws ProtocolException with 1002 for a payload of one byte or a code that must not be sent,
   *     1007 for a reason that is not UTF-8
   */
  public static ClosePayload parse(byte[] bytes, int from, int to) throws ProtocolException {
    int length = to - from;
    if (length == 0) {
      return EMPTY;
    }
    if (length == 1) {
      throw new ProtocolException(CloseCode.PROTOCOL_ERROR, "close payload of one byte");
    }
    int code = (bytes[from] & 0xFF) << 8 | (bytes[from + 1] & 0xFF);
    if (!CloseCode.onWire(code)) {
      throw new ProtocolException(CloseCode.PROTOCOL_ERROR, "close code " + code);
    }
    if (!Utf8.isValid(bytes, from + 2, to)) {
      throw new ProtocolException(CloseCode.INVALID_DATA, "close reason is not UTF-8");
    }
    return new ClosePayload(code, new String(bytes, from + 2, length - 2, StandardCharsets.UTF_8));
  }

  /**
   * Returns this payload as bytes.
   *
   * @throws IllegalArgumentException if the code must not be sent or the reason is too long
   */
  public byte[] bytes() {
    if (code == CloseCode.NO_STATUS) {
      return new byte[0];
    }
    if (!CloseCode.onWire(code)) {
      throw new IllegalArgumentException(
          "close code " + code + " must not be sent (RFC 6455 §7.4)");
    }
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    if (text.length > MAX_REASON_BYTES) {
      throw new IllegalArgumentException(
          "close reason is " + text.length + " bytes; at most 123 fit (RFC 6455 §5.5)");
    }
    byte[] bytes = new byte[text.length + 2];
    bytes[0] = (byte) (code >> 8);
    bytes[1] = (byte) code;
    System.arraycopy(text, 0, bytes, 2, text.length);
    return bytes;
  }

  /** Returns the longest beginning of {@code text} that fits a reason, cut between characters. */
  public static String fit(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= MAX_REASON_BYTES) {
      return text;
    }
    int end = MAX_REASON_BYTES;
    while ((bytes[end] & 0xC0) == 0x80) { // a continuation byte: its character began before
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
