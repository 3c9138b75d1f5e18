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
  private volatile @Nullable CompletableFuture<Void> timer;

  TimedCompletion(Completion sender) {
    this.sender = sender;
  }

  /** Begins to count, unless it is known already what became of the message. */
  void within(long millis) {
    if (!told.get()) {
      CompletableFuture<Void> alarm = new CompletableFuture<>();
      CompletableFuture<?> unused =
          alarm.orTimeout(millis, TimeUnit.MILLISECONDS).exceptionallyAsync(over -> late(millis));
      timer = alarm;
      if (told.get()) {
        alarm.complete(null); // whoever told did not see it
      }
    }
  }

  private @Nullable Void late(long millis) {
    done(new IOException("not sent within " + millis + " ms"));
    return null;
  }

  @Override
  public void done(@Nullable Throwable failure) {
    if (told.compareAndSet(false, true)) {
      CompletableFuture<Void> alarm = timer;
      if (alarm != null) {
        alarm.complete(null); // the JDK's timer forgets it, and with it this session
      }
      sender.done(failure);
    }
  }
}
