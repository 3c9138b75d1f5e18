package io.tautline.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Masking of RFC 6455 §5.3: XOR with a four-byte key, eight bytes at a time. The compiler makes
 * vectors of that loop as long as it stays this plain; unrolled by hand it takes twice the time.
 */
public final class Mask {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private Mask() {}

  /**
   * Masks or unmasks one chunk of a frame's payload in place; the operation is its own inverse.
   *
   * @param bytes array holding the chunk
   * @param from first byte of the chunk
   * @param to end of the chunk, exclusive
   * @param key masking key, first octet in the high byte; rotated if this is not the first chunk
   * @return the key rotated for the next chunk of the same frame
   */
  public static int apply(byte[] bytes, int from, int to, int key) {
    int first = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? key : Integer.reverseBytes(key);
    long wide = ((long) first << 32) | (first & 0xFFFFFFFFL);
    int i = from;
    for (; i <= to - 8; i += 8) {
      LONG.set(bytes, i, (long) LONG.get(bytes, i) ^ wide);
    }
    if (i <= to - 4) {
      INT.set(bytes, i, (int) INT.get(bytes, i) ^ first);
      i += 4;
    }
    for (int shift = 24; i < to; i++, shift -= 8) {
      bytes[i] ^= (byte) (key >>> shift);
    }
    return at(key, to - from);
  }

  /**
   * Returns the key as it stands {@code offset} bytes into the payload, to start in its middle.
   *
   * @param key masking key, first octet in the high byte
   * @param offset bytes of payload before the chunk, not negative
   */
  public static int at(int key, long offset) {
    return Integer.rotateLeft(key, (int) (offset & 3) * 8);
  }
}
