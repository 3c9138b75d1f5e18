package io.tautline.tests.autobahn;

import java.nio.charset.StandardCharsets;

/** The two hot loops of the Autobahn suite, for when it runs under Jython. */
public final class WsAccel {
  private WsAccel() {}

  /** Masks bytes that come one to a character, as Jython's strings have them. */
  public static byte[] xor(String data, String mask, int at) {
    byte[] bytes = data.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= (byte) mask.charAt((at + i) & 3);
    }
    return bytes;
  }

  /**
   * Validates UTF-8 by table 3-7 of the Unicode standard.
   *
   * @param state 0 between characters, else what the last call returned
   * @return the new state, -1 for malformed, and the index reached
   */
  public static int[] utf8(String data, int state) {
    int now = state;
    for (int i = 0; i < data.length(); i++) {
      now = next(now, data.charAt(i));
      if (now < 0) {
        return new int[] {-1, i};
      }
    }
    return new int[] {now, data.length()};
  }

  private static int next(int state, int c) {
    return switch (state) {
      case 0 -> lead(c);
      case 1, 2, 3 -> (c & 0xC0) == 0x80 ? state - 1 : -1;
      case 4 -> c >= 0xA0 && c <= 0xBF ? 1 : -1;
      case 5 -> c >= 0x80 && c <= 0x9F ? 1 : -1;
      case 6 -> c >= 0x90 && c <= 0xBF ? 2 : -1;
      case 7 -> c >= 0x80 && c <= 0x8F ? 2 : -1;
      default -> -1;
    };
  }

  private static int lead(int c) {
    if (c < 0x80) {
      return 0;
    }
    return switch (c) {
      case 0xE0 -> 4;
      case 0xED -> 5;
      case 0xF0 -> 6;
      case 0xF4 -> 7;
      default ->
          c >= 0xC2 && c <= 0xDF ? 1 : c >= 0xE1 && c <= 0xEF ? 2 : c >= 0xF1 && c <= 0xF3 ? 3 : -1;
    };
  }
}
