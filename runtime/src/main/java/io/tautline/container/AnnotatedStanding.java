package io.tautline.container;

import io.tautline.connection.Connection;
import io.tautline.connection.Habit;
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
  public int fetch() {
    return call.last() ? 1 : 0;
  }

  private @Nullable Habit habit(int method) {
    return method < 0 ? null : deployment.callbacks().habit(method);
  }

  @Override
  public @Nullable Habit openHabit() {
    return habit(deployment.callbacks().open());
  }

  @Override
  public @Nullable Habit closeHabit() {
    return habit(deployment.callbacks().close());
  }

  @Override
  public @Nullable Habit errorHabit(Throwable error) {
    return habit(deployment.callbacks().error(error));
  }

  @Override
  public void open() throws Throwable {
    answered(deployment.callbacks().open(), null);
  }

  @Override
  public @Nullable Object message(int method, Object message, boolean last) throws Throwable {
    return call(method, message, last);
  }

  @Override
  public void close(CloseReason reason) throws Throwable {
    int method = deployment.callbacks().close();
    if (method >= 0 && deployment.callbacks().answer(method).isBroadcast()) {
      answered(method, reason);
    } else {
      call(method, reason, false); // nobody is there to get what it returns
    }
  }

  @Override
  public boolean error(Throwable error) throws Throwable {
    int method = deployment.callbacks().error(error);
    answered(method, error);
    return method >= 0;
  }

  /** Asks the endpoint whether the client is let in; null if it has nothing to say. */
  @Nullable Object handshake() throws Throwable {
    try {
      int method = deployment.callbacks().handshake();
      return deployment.binder().call(method, endpoint, call.with(null, false));
    } finally {
      call.with(null, false);
    }
  }

  /**
   * Calls a method other than {@code @OnMessage}, and sends what it returns, as Jakarta's do not.
   */
  private void answered(int method, @Nullable Object subject) throws Throwable {
    Object result = call(method, subject, false);
    if (result != null
        && (deployment.strict() || deployment.callbacks().answer(method).isBroadcast())) {
      deployment.callbacks().answer(method).send(call.own(), result, true, null);
    }
  }

  private @Nullable Object call(int method, @Nullable Object subject, boolean last)
      throws Throwable {
    if (method < 0) {
      return null;
    }
    Connection connection = call.own().connection();
    Habit habit = deployment.callbacks().habit(method);
    long since = connection.calling(habit);
    try {
      return deployment.binder().call(method, endpoint, call.with(subject, last));
    } finally {
      connection.called(habit, since);
      call.with(null, false);
    }
  }
}
