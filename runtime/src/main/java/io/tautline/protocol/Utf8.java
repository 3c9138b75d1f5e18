package io.tautline.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Validates UTF-8 as it arrives (RFC 6455 §8.1, RFC 3629) and fails at the first bad byte.
 *
 * <p>A sequence may be split anywhere; between calls the object remembers how many continuation
 * bytes are owed and the range of the next one, which is all that RFC 3629 §4 needs to refuse
 * overlong forms, surrogates and code points past U+10FFFF on their second byte.
 */
public final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** Continuation bytes still owed by the sequence in progress; 0 between characters. */
  private int owed;

  /** Lowest value of the next continuation byte, unsigned. */
  private int low;

  /** Highest value of the next continuation byte, unsigned. */
  private int high;

  /** Starts with no text. */
  public Utf8() {}

  /**
   * Validates the next bytes of a text.
   *
   * @return false as soon as the text cannot become valid any more; the object is then used up
   *     until {@link #reset}
   */
  public boolean accept(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      if (owed == 0) {
        i = skipAscii(bytes, i, to);
        if (i == to) {
          return true;
        }
        if (!lead(bytes[i++] & 0xFF)) {
          return false;
        }
      } else {
        int b = bytes[i++] & 0xFF;
        if (b < low || b > high) {
          return false;
        }
        low = 0x80;
        high = 0xBF;
        owed--;
      }
    }
    return true;
  }

  /** Takes the first byte of a sequence of two to four (RFC 3629 §4, the grammar). */
  private boolean lead(int b) {
    low = 0x80;
    high = 0xBF;
    if (b >= 0xC2 && b <= 0xDF) {
      owed = 1;
    } else if (b >= 0xE0 && b <= 0xEF) {
      owed = 2;
      if (b == 0xE0) {
        low = 0xA0; // below: overlong
      } else if (b == 0xED) {
        high = 0x9F; // above: surrogates
      }
    } else if (b >= 0xF0 && b <= 0xF4) {
      owed = 3;
      if (b == 0xF0) {
        low = 0x90; // below: overlong
      } else if (b == 0xF4) {
        high = 0x8F; // above: past U+10FFFF
      }
    } else {
      return false;
    }
    return true;
  }

  /** Returns whether the text may end here, which is not inside a character. */
  public boolean complete() {
    return owed == 0;
  }

  /** Forgets the text, to start another. */
  public void reset() {
    owed = 0;
  }

  /** Returns the index of the first byte in the range with its high bit set, or {@code to}. */
  public static int skipAscii(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - 32; i += 32) {
      long bits =
          (long) LONG.get(bytes, i)
              | (long) LONG.get(bytes, i + 8)
              | (long) LONG.get(bytes, i + 16)
              | (long) LONG.get(bytes, i + 24);
      if ((bits & HIGH_BITS) != 0) {
        break;
      }
    }
    for (; i <= to - 8; i += 8) {
      long bits = (long) LONG.get(bytes, i) & HIGH_BITS;
      if (bits != 0) {
        return i + (Long.numberOfTrailingZeros(bits) >>> 3);
      }
    }
    if (to - from >= 8 && ((long) LONG.get(bytes, to - 8) & HIGH_BITS) == 0) {
      return to; // some of these were looked at before
    }
    while (i < to && bytes[i] >= 0) {
      i++;
    }
    return i;
  }

  /** Returns whether the range is well-formed UTF-8 by itself. */
  public static boolean isValid(byte[] bytes, int from, int to) {
    int i = skipAscii(bytes, from, to);
    if (i == to) {
      return true;
    }
    Utf8 utf8 = new Utf8();
    return utf8.accept(bytes, i, to) && utf8.complete();
  }
}
