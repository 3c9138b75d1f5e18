package io.tautline.protocol;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.function.IntSupplier;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Masking keys that no one can predict (RFC 6455 §10.3): the key stream of AES in counter mode,
 * keyed by a {@link SecureRandom}. Asking that for every key would allocate.
 *
 * <p>Safe for use by several threads at once.
 */
public final class MaskKeys implements IntSupplier {
  private static final int BLOCK_BYTES = 1024;
  private static final byte[] ZEROS = new byte[BLOCK_BYTES];

  private final Cipher stream;
  private final byte[] block = new byte[BLOCK_BYTES];
  private int next = BLOCK_BYTES;

  /** Takes the stream's key from {@code random}. */
  public MaskKeys(SecureRandom random) {
    byte[] key = new byte[16];
    byte[] start = new byte[16];
    random.nextBytes(key);
    random.nextBytes(start);
    try {
      stream = Cipher.getInstance("AES/CTR/NoPadding");
      stream.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(start));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES", e);
    }
  }

  @Override
  public synchronized int getAsInt() {
    int key;
    do {
      if (next == BLOCK_BYTES) {
        refill();
      }
      key =
          (block[next] & 0xFF) << 24
              | (block[next + 1] & 0xFF) << 16
              | (block[next + 2] & 0xFF) << 8
              | (block[next + 3] & 0xFF);
      next += 4;
    } while (key == 0); // would leave the payload readable
    return key;
  }

  private void refill() {
    try {
      stream.update(ZEROS, 0, BLOCK_BYTES, block, 0);
      next = 0;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a stream cipher takes any input", e);
    }
  }
}
