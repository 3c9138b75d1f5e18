package io.tautline.container;

import io.tautline.connection.OutgoingMessage;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Session;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * One message for many sessions: encoded once for all of an endpoint, and framed and compressed
 * once for all that it is encoded alike for.
 */
public final class Fanout {
  private final Object message;
  private final Object key;

  /** How the message reads for sessions without Jakarta encoders: the same for all. */
  private OutgoingMessage plain;

  private final Map<Deployment, OutgoingMessage> encoded = new HashMap<>(2);

  @SuppressWarnings("NullAway.Init") // set when the first session asks for it
  private Fanout(Object message) {
    this.message = message;
    this.key = Sender.key(message);
  }

  /**
   * Sends a message to sessions, in their order, without waiting unless their endpoint wants to.
   *
   * @param message whatever a remote can send as an object
   * @throws IllegalArgumentException if it cannot be encoded; those before have got it
   */
  public static void send(Iterable<Session> sessions, Object message) {
    Fanout fanout = new Fanout(message);
    for (Session session : sessions) {
      if (session instanceof TautlineSession ours) {
        fanout.send(ours);
      }
    }
  }

  private void send(TautlineSession session) {
    OutgoingMessage shared;
    try {
      shared = shared(session);
    } catch (IOException | EncodeException e) {
      throw new IllegalArgumentException(
          "cannot send a " + message.getClass().getName() + ": " + e.getMessage(), e);
    }
    session.sender().offer(shared, key, null);
  }

  private OutgoingMessage shared(TautlineSession session) throws IOException, EncodeException {
    if (session.hasCoders()) {
      OutgoingMessage known = encoded.get(session.deployment());
      if (known == null) {
        known = encode(session);
        encoded.put(session.deployment(), known);
      }
      return known;
    }
    if (plain == null) {
      plain = encode(session);
    }
    return plain;
  }

  private OutgoingMessage encode(TautlineSession session) throws IOException, EncodeException {
    return session.sender().encode(message, true);
  }
}
