package io.tautline.protocol;

import java.security.SecureRandom;
import java.util.function.IntSupplier;

/**
 * Masking keys that no one can predict (RFC 6455 §10.3), drawn from a {@link SecureRandom} in
 * blocks.
 *
 * <p>Safe for use by several threads at once.
 */
public final class MaskKeys implements IntSupplier {
  private static final int BLOCK = 256;

  private final SecureRandom random;
  private final byte[] block = new byte[BLOCK * 4];
  private int next = block.length;

  /** Draws keys from {@code random}. */
  public MaskKeys(SecureRandom random) {
    this.random = random;
  }

  @Override
  public synchronized int getAsInt() {
    int key;
    do {
      if (next == block.length) {
        random.nextBytes(block);
        next = 0;
      }
      key =
          (block[next] & 0xFF) << 24
              | (block[next + 1] & 0xFF) << 16
              | (block[next + 2] & 0xFF) << 8
              | (block[next + 3] & 0xFF);
      block[next] = block[next + 1] = block[next + 2] = block[next + 3] = 0;
      next += 4;
    } while (key == 0); // would leave the payload readable
    return key;
  }
}
