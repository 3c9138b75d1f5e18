package io.tautline.connection;

import io.tautline.protocol.Memory;
import java.util.concurrent.atomic.AtomicLong;

/** The memory for unfinished messages of every connection; from any thread. */
final class SharedMemory implements Memory {
  private final long most;
  private final AtomicLong taken = new AtomicLong();

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

  /** Returns how much is taken now. */
  long taken() {
    return taken.get();
  }
}
