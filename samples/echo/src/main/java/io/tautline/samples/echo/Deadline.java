package io.tautline.samples.echo;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Closes a socket when an answer takes too long: a blocking channel has no timeout of its own. */
final class Deadline implements AutoCloseable {
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "echo-deadline");
            thread.setDaemon(true);
            return thread;
          });
  private final int seconds;
  private volatile @Nullable Closeable socket;
  private @Nullable ScheduledFuture<?> running;

  Deadline(int seconds) {
    this.seconds = seconds;
  }

  /** Says what to close. */
  void guard(Closeable channel) {
    socket = channel;
  }

  /** Starts to wait. */
  void begin() {
    running = clock.schedule(this::over, seconds, TimeUnit.SECONDS);
  }

  /** The answer is there. */
  void met() {
    if (running != null) {
      running.cancel(false);
    }
  }

  private void over() {
    Closeable channel = socket;
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // whoever waits is told by the closed channel
      }
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
