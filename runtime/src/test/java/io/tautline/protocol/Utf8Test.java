package io.tautline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  private static boolean byTheJdk(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean byteByByte(byte[] bytes) {
    Utf8 utf8 = new Utf8();
    for (int i = 0; i < bytes.length; i++) {
      if (!utf8.accept(bytes, i, i + 1)) {
        return false;
      }
    }
    return utf8.complete();
  }

  private static void agrees(byte... bytes) {
    boolean expected = byTheJdk(bytes);
    if (Utf8.isValid(bytes, 0, bytes.length) != expected || byteByByte(bytes) != expected) {
      throw new AssertionError("disagrees with the JDK: " + java.util.Arrays.toString(bytes));
    }
  }

  @Test
  void everySequenceOfOneTwoAndThreeBytesAgreesWithTheJdk() {
    for (int a = 0; a < 256; a++) {
      agrees((byte) a);
      for (int b = 0; b < 256; b++) {
        agrees((byte) a, (byte) b);
        for (int c = 0x70; a >= 0xE0 && c < 0xD0; c++) {
          agrees((byte) a, (byte) b, (byte) c);
        }
      }
    }
  }

  @Test
  void theEdgesOfFourBytesAgreeWithTheJdk() {
    int[] edges = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
    for (int a = 0xEF; a < 0x100; a++) {
      for (int b : edges) {
        for (int c : edges) {
          for (int d : edges) {
            agrees((byte) a, (byte) b, (byte) c, (byte) d);
          }
        }
      }
    }
  }

  @Test
  void everyCodePointIsValid() {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        byte[] bytes = Character.toString(point).getBytes(StandardCharsets.UTF_8);
        assertThat(Utf8.isValid(bytes, 0, bytes.length)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 31, 32, 33, 63, 64, 100})
  void aBadByteIsFoundAtEveryPlace(int length) {
    for (int bad = 0; bad < length; bad++) {
      byte[] bytes = "a".repeat(length).getBytes(StandardCharsets.US_ASCII);
      assertThat(Utf8.skipAscii(bytes, 0, length)).isEqualTo(length);
      bytes[bad] = (byte) 0xFF;
      assertThat(Utf8.skipAscii(bytes, 0, length)).isEqualTo(bad);
      assertThat(new Utf8().accept(bytes, 0, length)).isFalse();
      assertThat(new Utf8().accept(bytes, 0, bad)).isTrue();
    }
  }

  @Test
  void resetForgetsAnUnfinishedCharacter() {
    Utf8 utf8 = new Utf8();
    assertThat(utf8.accept(new byte[] {(byte) 0xE2}, 0, 1)).isTrue();
    assertThat(utf8.complete()).isFalse();
    utf8.reset();
    assertThat(utf8.complete()).isTrue();
    assertThat(utf8.accept(new byte[] {'a'}, 0, 1)).isTrue();
  }
}
