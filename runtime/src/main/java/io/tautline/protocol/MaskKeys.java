package io.tautline.protocol;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.function.IntSupplier;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Masking keys that no one can predict (RFC 6455 §10.3): the key stream of AES in counter mode,
 * keyed by a {@link SecureRandom}. Asking that for every key would allocate.
 *
 * <p>Nothing is prepared before the first key is asked for: a server needs none, and its first
 * handshake would wait for the platform's ciphers.
 *
 * <p>Safe for use by several threads at once.
 */
public final class MaskKeys implements IntSupplier {
  private static final int BLOCK_BYTES = 1024;
  private static final byte[] ZEROS = new byte[BLOCK_BYTES];

  private final byte[] block = new byte[BLOCK_BYTES];
  private int next = BLOCK_BYTES;
  private @Nullable Cipher stream;

  /** Makes a stream of its own. */
  public MaskKeys() {}

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

  private static Cipher stream() {
    SecureRandom random = new SecureRandom();
    byte[] key = new byte[16];
    byte[] start = new byte[16];
    random.nextBytes(key);
    random.nextBytes(start);
    try {
      Cipher stream = Cipher.getInstance("AES/CTR/NoPadding");
      stream.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(start));
      return stream;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES", e);
    }
  }

  private void refill() {
    if (stream == null) {
      stream = stream();
    }
    try {
      stream.update(ZEROS, 0, BLOCK_BYTES, block, 0);
      next = 0;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a stream cipher takes any input", e);
    }
  }
}
