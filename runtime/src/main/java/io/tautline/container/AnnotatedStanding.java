package io.tautline.container;

import jakarta.websocket.CloseReason;
import org.jspecify.annotations.Nullable;

/** An instance of an annotated class. */
final class AnnotatedStanding implements Standing {
  private final Deployment deployment;
  private final Object endpoint;
  private final Call call;

  AnnotatedStanding(Deployment deployment, Object endpoint, Call call) {
    this.deployment = deployment;
    this.endpoint = endpoint;
    this.call = call;
  }

  @Override
  public void open() throws Throwable {
    call(deployment.open(), null, false);
  }

  @Override
  public @Nullable Object message(int method, Object message, boolean last) throws Throwable {
    return call(method, message, last);
  }

  @Override
  public void close(CloseReason reason) throws Throwable {
    call(deployment.close(), reason, false);
  }

  @Override
  public boolean error(Throwable error) throws Throwable {
    call(deployment.error(), error, false);
    return deployment.error() >= 0;
  }

  private @Nullable Object call(int method, @Nullable Object subject, boolean last)
      throws Throwable {
    if (method < 0) {
      return null;
    }
    try {
      return deployment.binder().call(method, endpoint, call.with(subject, last));
    } finally {
      call.with(null, false);
    }
  }
}
