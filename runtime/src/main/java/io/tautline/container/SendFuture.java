package io.tautline.container;

import io.tautline.connection.Completion;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What became of a message, as the future that {@code RemoteEndpoint.Async} returns. */
final class SendFuture extends CompletableFuture<@Nullable Void> implements Completion {
  @Override
  public void done(@Nullable Throwable failure) {
    if (failure == null) {
      complete(null);
    } else {
      completeExceptionally(failure);
    }
  }

  /** Waits until it is known what became of the message, but not longer than that. */
  void await(long nanos) throws IOException {
    try {
      get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // The caller looks whether it is done.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another message was being sent");
    }
  }

  /** Throws why the message was not sent, if that is known by now. */
  void throwIfFailed() throws IOException {
    if (isCompletedExceptionally()) {
      Throwable failure = handle((sent, why) -> why).join();
      throw failure instanceof IOException io ? io : new IOException(failure);
    }
  }
}
