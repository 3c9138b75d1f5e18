package io.tautline.container;

import io.tautline.connection.Habit;
import jakarta.websocket.CloseReason;
import org.jspecify.annotations.Nullable;

/** The endpoint instance that stands on one session. */
interface Standing {
  /** See {@link io.tautline.connection.Listener#fetch}. */
  default int fetch() {
    return 0;
  }

  /** Returns whether what {@link #open} calls blocks, as far as is known; null for nothing. */
  @Nullable Habit openHabit();

  /** Tells that the session is open. */
  void open() throws Throwable;

  /** Hands a message to an {@code @OnMessage} method and returns what it returned. */
  @Nullable Object message(int method, Object message, boolean last) throws Throwable;

  /** Returns whether what {@link #close} calls blocks, as far as is known; null for nothing. */
  @Nullable Habit closeHabit();

  /** Tells that the session has ended. */
  void close(CloseReason reason) throws Throwable;

  /** Returns whether what {@link #error} calls blocks, as far as is known; null for nothing. */
  @Nullable Habit errorHabit(Throwable error);

  /** Tells what went wrong; false if the endpoint has nobody to be told. */
  boolean error(Throwable error) throws Throwable;
}
