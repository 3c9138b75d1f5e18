package io.tautline.container;

import java.io.InputStream;

/** Takes the messages of one kind on a session. */
interface Receiver {
  /** Returns what takes the messages, for logs. */
  String name();

  /** Returns whether messages come part by part. */
  default boolean partial() {
    return false;
  }

  /** Returns whether a message is read while it arrives. */
  default boolean streams() {
    return false;
  }

  /** Takes a message that is read while it arrives. */
  default void stream(TautlineSession session, InputStream message) throws Throwable {
    throw new IllegalStateException("this receiver takes whole messages");
  }

  /** Takes a whole message; the bytes are valid during the call only. */
  void whole(TautlineSession session, byte[] bytes, int from, int to) throws Throwable;

  /** Takes a part of a message; the bytes are valid during the call only. */
  default void part(TautlineSession session, byte[] bytes, int from, int to, boolean last)
      throws Throwable {
    throw new IllegalStateException("this receiver takes whole messages");
  }
}
