package io.tautline.protocol;

import java.util.function.IntSupplier;

/**
 * Writes frames into a caller's array, for either role.
 *
 * <p>A client's payload is masked after it has been copied, so the caller's data never changes.
 * Nothing is allocated.
 */
public final class FrameWriter {
  private final Role role;
  private final IntSupplier keys;

  /** Masking key of the current frame, rotated to its next byte. */
  private int key;

  /**
   * @param role our own role; a client masks
   * @param keys a fresh, unpredictable masking key for each frame (RFC 6455 §10.3); not asked by a
   *     server
   */
  public FrameWriter(Role role, IntSupplier keys) {
    this.role = role;
    this.keys = keys;
  }

  /** Returns whether payload must be masked, and therefore copied first. */
  public boolean masks() {
    return role.masks();
  }

  /** Returns the bytes that a frame with {@code length} bytes of payload takes. */
  public long size(long length) {
    return FrameHeader.size(length, role.masks()) + length;
  }

  /**
   * Writes one frame.
   *
   * @param out with {@link #size} bytes of room at {@code at}
   * @param payload copied from {@code from} to {@code to}, exclusive
   * @param rsv reserved bits where they stand in the first byte
   * @return the index after the frame
   */
  public int write(
      byte[] out, int at, boolean fin, int rsv, int opcode, byte[] payload, int from, int to) {
    int length = to - from;
    int body = header(out, at, fin, rsv, opcode, length);
    System.arraycopy(payload, from, out, body, length);
    mask(out, body, body + length);
    return body + length;
  }

  /** Returns whether this Java lets {@link #ascii} write anything: 22 and later. */
  public static boolean writesAscii() {
    return AsciiText.isPossible();
  }

  /** Returns how much room {@link #ascii} wants for the payload, which is more than it takes. */
  public static long roomForAscii(int length) {
    return AsciiText.room(length);
  }

  /**
   * Writes a text as one frame, if its characters are ASCII and {@link #writesAscii}.
   *
   * @param out with room at {@code at} for a header and {@link #roomForAscii}
   * @return the index after the frame, or -1; then what stands behind {@code at} is of no use
   */
  public int ascii(byte[] out, int at, String text) {
    int length = text.length();
    int body = header(out, at, true, 0, Opcode.TEXT, length);
    if (!AsciiText.put(text, out, body)) {
      return -1;
    }
    mask(out, body, body + length);
    return body + length;
  }

  /**
   * Writes a header alone; the caller puts exactly {@code length} bytes of payload behind it, in
   * any number of chunks, each of which it gives to {@link #mask}.
   *
   * @return the index after the header
   */
  public int header(byte[] out, int at, boolean fin, int rsv, int opcode, long length) {
    boolean masked = role.masks();
    if (masked) {
      key = keys.getAsInt();
    }
    return FrameHeader.write(out, at, fin, rsv, opcode, masked, key, length);
  }

  /** Masks, for a client, the next chunk of the payload behind the last {@link #header}. */
  public void mask(byte[] out, int from, int to) {
    if (role.masks()) {
      key = Mask.apply(out, from, to, key);
    }
  }
}
