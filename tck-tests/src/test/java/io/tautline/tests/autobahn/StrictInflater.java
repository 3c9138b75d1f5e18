package io.tautline.tests.autobahn;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Deflate (RFC 1951) read plainly, to see what zlib does not show: how far back references reach.
 * The output so far is kept from message to message, as context takeover needs.
 */
final class StrictInflater {
  private static final int[] LENGTHS = {
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258
  };
  private static final int[] LENGTH_BITS = {
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
  };
  private static final int[] DISTANCES = {
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
    3073, 4097, 6145, 8193, 12289, 16385, 24577
  };
  private static final int[] ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  private final int window;
  private byte[] history = new byte[1 << 16];
  private int size;
  private byte[] in = {};
  private int bit;

  /**
   * @param windowBits references further back are an error
   */
  StrictInflater(int windowBits) {
    this.window = 1 << windowBits;
  }

  /** Decompresses a message whose empty last block has been left out (RFC 7692 §7.2.2). */
  byte[] message(byte[] compressed) {
    in = Arrays.copyOf(compressed, compressed.length + 4);
    in[in.length - 2] = (byte) 0xFF;
    in[in.length - 1] = (byte) 0xFF;
    bit = 0;
    int start = size;
    while (bit + 7 < in.length * 8) {
      block();
    }
    byte[] message = Arrays.copyOfRange(history, start, size);
    forget();
    return message;
  }

  private void forget() {
    if (size > window) {
      System.arraycopy(history, size - window, history, 0, window);
      size = window;
    }
  }

  private void block() {
    if (bits(1) == 1) {
      throw new IllegalStateException("a final block");
    }
    switch (bits(2)) {
      case 0 -> stored();
      case 1 -> compressed(fixedLiterals(), fixedDistances());
      case 2 -> dynamic();
      default -> throw new IllegalStateException("block type 3");
    }
  }

  private void stored() {
    bit = (bit + 7) & ~7;
    int length = bits(16);
    if ((bits(16) ^ 0xFFFF) != length) {
      throw new IllegalStateException("stored length");
    }
    for (int i = 0; i < length; i++) {
      put((byte) bits(8));
    }
  }

  private void dynamic() {
    int literals = bits(5) + 257;
    int distances = bits(5) + 1;
    int codes = bits(4) + 4;
    int[] lengths = new int[19];
    for (int i = 0; i < codes; i++) {
      lengths[ORDER[i]] = bits(3);
    }
    Code code = new Code(lengths);
    int[] all = new int[literals + distances];
    for (int i = 0; i < all.length; ) {
      int symbol = symbol(code);
      if (symbol < 16) {
        all[i++] = symbol;
        continue;
      }
      int value = symbol == 16 ? all[i - 1] : 0;
      int times = symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
      for (int t = 0; t < times; t++) {
        all[i++] = value;
      }
    }
    compressed(
        new Code(Arrays.copyOf(all, literals)),
        new Code(Arrays.copyOfRange(all, literals, all.length)));
  }

  private static Code fixedLiterals() {
    int[] lengths = new int[288];
    for (int i = 0; i < 288; i++) {
      lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    }
    return new Code(lengths);
  }

  private static Code fixedDistances() {
    int[] lengths = new int[30];
    Arrays.fill(lengths, 5);
    return new Code(lengths);
  }

  private void compressed(Code literals, Code distances) {
    while (true) {
      int symbol = symbol(literals);
      if (symbol == 256) {
        return;
      }
      if (symbol < 256) {
        put((byte) symbol);
        continue;
      }
      int length = LENGTHS[symbol - 257] + bits(LENGTH_BITS[symbol - 257]);
      int code = symbol(distances);
      int distance = DISTANCES[code] + bits(code < 4 ? 0 : code / 2 - 1);
      if (distance > window || distance > size) {
        throw new IllegalStateException(
            "a reference " + distance + " back, with a window of " + window);
      }
      for (int i = 0; i < length; i++) {
        put(history[size - distance]);
      }
    }
  }

  private void put(byte b) {
    if (size == history.length) {
      history = Arrays.copyOf(history, size * 2);
    }
    history[size++] = b;
  }

  private int bits(int count) {
    int value = 0;
    for (int i = 0; i < count; i++, bit++) {
      value |= (in[bit >> 3] >> (bit & 7) & 1) << i;
    }
    return value;
  }

  private int symbol(Code code) {
    int value = 0;
    for (int length = 1; length <= 15; length++) {
      value = value << 1 | bits(1);
      int index = value - code.first[length];
      if (index >= 0 && index < code.count[length]) {
        return code.symbols[code.offset[length] + index];
      }
    }
    throw new IllegalStateException("no such code");
  }

  /** A canonical Huffman code (RFC 1951 §3.2.2). */
  private static final class Code {
    final int[] count = new int[16];
    final int[] first = new int[16];
    final int[] offset = new int[16];
    final int[] symbols;

    Code(int[] lengths) {
      for (int length : lengths) {
        count[length]++;
      }
      count[0] = 0;
      for (int i = 1; i < 16; i++) {
        first[i] = (first[i - 1] + count[i - 1]) << 1;
        offset[i] = offset[i - 1] + count[i - 1];
      }
      symbols = new int[lengths.length];
      int[] next = offset.clone();
      for (int s = 0; s < lengths.length; s++) {
        if (lengths[s] > 0) {
          symbols[next[lengths[s]]++] = s;
        }
      }
    }
  }

  /** Returns all bytes of small pieces joined. */
  static byte[] join(Iterable<byte[]> pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    pieces.forEach(all::writeBytes);
    return all.toByteArray();
  }
}
