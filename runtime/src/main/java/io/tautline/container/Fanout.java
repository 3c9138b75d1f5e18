package io.tautline.container;

import io.tautline.connection.OutgoingMessage;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Session;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message for many sessions: encoded once for all of an endpoint, and framed and compressed
 * once for all that it is encoded alike for.
 */
public final class Fanout {
  private final Object message;
  private final Object key;

  /** By deployment where it has encoders, else by whether every class is JSON there. */
  private final Map<Object, OutgoingMessage> encoded = new HashMap<>(2);

  private Fanout(Object message) {
    this.message = message;
    this.key = Sender.key(message);
  }

  /**
   * Sends a message to sessions, in their order, without waiting unless their endpoint wants to.
   *
   * @param except left out; may be null
   * @param message whatever a remote can send as an object
   * @throws IllegalArgumentException if it cannot be encoded for some; the others have got it
   */
  public static void send(Iterable<Session> sessions, @Nullable Session except, Object message) {
    Fanout fanout = new Fanout(message);
    IllegalArgumentException fault = null;
    for (Session session : sessions) {
      if (session instanceof TautlineSession ours && session != except && session.isOpen()) {
        try {
          ours.sender().offer(fanout.encoded(ours), fanout.key, null);
        } catch (IOException | EncodeException | RuntimeException e) {
          fault =
              new IllegalArgumentException(
                  "cannot send a "
                      + Declared.value(message).getClass().getName()
                      + ": "
                      + e.getMessage(),
                  e);
        }
      }
    }
    if (fault != null) {
      throw fault;
    }
  }

  private OutgoingMessage encoded(TautlineSession session) throws IOException, EncodeException {
    Deployment deployment = session.deployment();
    Object alike = session.hasCoders() ? deployment : (Object) deployment.strict();
    OutgoingMessage known = encoded.get(alike);
    if (known == null) {
      known = encode(session);
      encoded.put(alike, known);
    }
    return known;
  }

  private OutgoingMessage encode(TautlineSession session) throws IOException, EncodeException {
    return session.sender().encode(message, true);
  }
}
