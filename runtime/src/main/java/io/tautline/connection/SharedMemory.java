package io.tautline.connection;

import io.tautline.protocol.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory for unfinished messages of every connection; from any thread.
 *
 * <p>A few long arrays are used again: a new one is cleared first, and no cache holds it.
 */
final class SharedMemory implements Memory {
  private static final int MAX_SPARES = 8;
  private static final int MAX_SPARE_BYTES = 1024 * 1024;

  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /** The last is the one given back last. */
  private final List<byte[]> spares = new ArrayList<>(MAX_SPARES);

  SharedMemory(long most) {
    this.most = most;
  }

  @Override
  public boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= most || bytes <= 0) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  @Override
  public byte @Nullable [] spare(int bytes) {
    synchronized (spares) {
      for (int i = spares.size() - 1; i >= 0; i--) {
        int length = spares.get(i).length;
        if (length >= bytes && take(length)) {
          return spares.remove(i);
        }
      }
    }
    return null;
  }

  @Override
  public void giveBack(byte[] array) {
    take(-array.length);
    if (array.length >= SPARE_BYTES && array.length <= MAX_SPARE_BYTES) {
      synchronized (spares) {
        if (spares.size() == MAX_SPARES) {
          spares.remove(0);
        }
        spares.add(array);
      }
    }
  }

  /** Returns how much is taken now. */
  long taken() {
    return taken.get();
  }
}
