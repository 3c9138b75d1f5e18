package io.tautline.container;

import io.tautline.connection.Completion;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
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

  /** Throws why the message was not sent, if that is known by now. */
  void throwIfFailed() throws IOException {
    if (isCompletedExceptionally()) {
      Throwable failure = handle((sent, why) -> why).join();
      throw failure instanceof IOException io ? io : new IOException(failure);
    }
  }
}
