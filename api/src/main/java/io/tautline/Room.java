package io.tautline;

import jakarta.websocket.Session;
import java.util.Set;

/**
 * A group of sessions, of one endpoint or of several. Injected by {@code @Named} into constructors,
 * by {@code @PathParam} into callbacks: the room that the path names. Used by any number of
 * threads.
 */
public interface Room {
  /** Returns its name. */
  String name();

  /**
   * Lets a session in. It leaves by itself when it closes.
   *
   * @return false if it was in already, or is not open yet or any more
   */
  boolean join(Session session);

  /** Lets a session out; returns false if it was not in. */
  boolean leave(Session session);

  /** Returns who is in now, in the order of joining; a copy. */
  Set<Session> members();

  /**
   * Sends a message to everyone in the room: encoded once, and compressed once for all who agreed
   * on the same. Messages of one sender reach every member in the same order.
   *
   * <p>Who takes messages too slowly is treated as its endpoint says, see {@link SlowConsumer}.
   *
   * @param message whatever a session's remote can send as an object
   * @throws IllegalArgumentException if it cannot be encoded
   */
  void send(Object message);

  /** Does the same, but leaves one out. */
  void sendToOthers(Session except, Object message);
}
