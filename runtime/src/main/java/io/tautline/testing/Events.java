package io.tautline.testing;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a client has heard, in order; waited for by one thread. */
final class Events {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();

  void add(Object event) {
    queue.add(event);
  }

  /**
   * Waits for the next event.
   *
   * @throws AssertionError if it is of another type, or if none comes
   */
  <T> T next(Class<T> type, String wanted) {
    Object event;
    try {
      event = queue.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    if (event == null) {
      throw new AssertionError(
          "expected " + wanted + ", but nothing came within " + PATIENCE.toSeconds() + " s");
    }
    if (!type.isInstance(event)) {
      throw new AssertionError("expected " + wanted + ", but got " + event);
    }
    return type.cast(event);
  }
}
