package io.tautline.container;

import io.tautline.connection.Habit;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import org.jspecify.annotations.Nullable;

/** An instance of a class that extends {@link Endpoint}. */
final class ProgrammaticStanding implements Standing {
  private final Endpoint endpoint;
  private final TautlineSession session;
  private final EndpointConfig config;
  private final Habit habit;

  ProgrammaticStanding(Endpoint endpoint, TautlineSession session, EndpointConfig config) {
    this.endpoint = endpoint;
    this.session = session;
    this.config = config;
    this.habit = session.deployment().habit(endpoint.getClass());
  }

  @Override
  public Habit openHabit() {
    return habit;
  }

  @Override
  public Habit closeHabit() {
    return habit;
  }

  @Override
  public Habit errorHabit(Throwable error) {
    return habit;
  }

  @Override
  public void open() {
    long since = session.connection().callingOnce(habit);
    try {
      endpoint.onOpen(session, config);
    } finally {
      session.connection().called(habit, since);
    }
  }

  @Override
  public @Nullable Object message(int method, Object message, boolean last) {
    throw new IllegalStateException("a programmatic endpoint has message handlers instead");
  }

  @Override
  public void close(CloseReason reason) {
    long since = session.connection().callingOnce(habit);
    try {
      endpoint.onClose(session, reason);
    } finally {
      session.connection().called(habit, since);
    }
  }

  @Override
  public boolean error(Throwable error) {
    long since = session.connection().callingOnce(habit);
    try {
      endpoint.onError(session, error);
    } finally {
      session.connection().called(habit, since);
    }
    return true;
  }
}
