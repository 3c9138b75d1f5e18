package io.tautline.container;

import io.tautline.connection.Completion;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Tells a sender that its time is over (Jakarta WebSocket: {@code setSendTimeout}), or the truth.
 */
final class TimedCompletion implements Completion {
  private final Completion sender;
  private final AtomicBoolean told = new AtomicBoolean();

  TimedCompletion(Completion sender) {
    this.sender = sender;
  }

  /** Begins to count, unless it is known already what became of the message. */
  void within(long millis) {
    if (!told.get()) {
      CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
          .execute(() -> done(new IOException("not sent within " + millis + " ms")));
    }
  }

  @Override
  public void done(@Nullable Throwable failure) {
    if (told.compareAndSet(false, true)) {
      sender.done(failure);
    }
  }
}
