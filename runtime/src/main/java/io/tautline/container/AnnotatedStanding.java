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
    callAndSend(deployment.callbacks().open(), null, true);
  }

  @Override
  public @Nullable Object message(int method, Object message, boolean last) throws Throwable {
    return call(method, message, last);
  }

  @Override
  public void close(CloseReason reason) throws Throwable {
    // Nobody is there to get what it returns, but a room.
    int method = deployment.callbacks().close();
    boolean broadcast = method >= 0 && deployment.callbacks().answer(method).isBroadcast();
    callAndSend(method, reason, broadcast);
  }

  @Override
  public boolean error(Throwable error) throws Throwable {
    int method = deployment.callbacks().error(error);
    callAndSend(method, error, true);
    return method >= 0;
  }

  /** Asks the endpoint whether the client is let in; null if it has nothing to say. */
  @Nullable Object handshake() throws Throwable {
    return call(deployment.callbacks().handshake(), null, false);
  }

  /**
   * Calls a method other than {@code @OnMessage}, if there is one, and sends what it returns, as
   * Jakarta's do not.
   */
  private void callAndSend(int method, @Nullable Object subject, boolean sends) throws Throwable {
    if (method < 0) {
      return;
    }
    Connection connection = call.own().connection();
    Habit habit = deployment.callbacks().habit(method);
    long since = connection.callingOnce(habit);
    try {
      Object result = call(method, subject, false);
      if (result != null
          && sends
          && (deployment.strict() || deployment.callbacks().answer(method).isBroadcast())) {
        deployment.callbacks().answer(method).send(call.own(), result, true, null);
      }
    } finally {
      connection.called(habit, since);
    }
  }

  private @Nullable Object call(int method, @Nullable Object subject, boolean last)
      throws Throwable {
    try {
      return deployment.binder().call(method, endpoint, call.with(subject, last));
    } finally {
      call.with(null, false);
    }
  }
}
