package io.tautline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MaskTest {
  /** The definition of §5.3, byte by byte. */
  private static byte[] byDefinition(byte[] data, int from, int to, int key) {
    byte[] out = data.clone();
    for (int i = from; i < to; i++) {
      out[i] ^= (byte) (key >>> (24 - 8 * ((i - from) % 4)));
    }
    return out;
  }

  @Test
  void everyLengthAndStartAgreesWithTheDefinition() {
    SplittableRandom random = new SplittableRandom(53);
    for (int length = 0; length < 150; length++) {
      for (int from = 0; from < 9; from++) {
        byte[] data = new byte[from + length + 5];
        random.nextBytes(data);
        int key = random.nextInt();
        byte[] expected = byDefinition(data, from, from + length, key);
        Mask.apply(data, from, from + length, key);
        assertThat(data).isEqualTo(expected);
      }
    }
  }

  @Test
  void aFrameMaskedInChunksAgreesWithTheWhole() {
    SplittableRandom random = new SplittableRandom(54);
    byte[] data = new byte[200];
    random.nextBytes(data);
    int key = 0x37fa213d;
    byte[] expected = byDefinition(data, 0, data.length, key);
    for (int cut = 0; cut <= data.length; cut++) {
      byte[] chunked = data.clone();
      int turned = Mask.apply(chunked, 0, cut, key);
      assertThat(turned).isEqualTo(Mask.at(key, cut));
      Mask.apply(chunked, cut, data.length, turned);
      assertThat(chunked).isEqualTo(expected);
    }
  }

  @Test
  void keysAreNeitherZeroNorRepeated() {
    MaskKeys keys = new MaskKeys();
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      int key = keys.getAsInt();
      assertThat(key).isNotZero();
      seen.add(key);
    }
    assertThat(seen).hasSizeGreaterThan(9_990); // chance alone gives 0.01 repeats
  }
}
