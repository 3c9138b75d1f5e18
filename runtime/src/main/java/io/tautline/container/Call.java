package io.tautline.container;

import io.tautline.Handshake;
import io.tautline.Peer;
import io.tautline.spi.Invocation;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DecodeException;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of the callback under way on one session. Callbacks of a session come one at a
 * time, so one object serves them all.
 */
final class Call implements Invocation {
  private final TautlineSession session;
  private final EndpointConfig config;

  /** The message, close reason or error of the callback under way. */
  private @Nullable Object subject;

  private boolean last;

  Call(TautlineSession session, EndpointConfig config) {
    this.session = session;
    this.config = config;
  }

  Call with(@Nullable Object subject, boolean last) {
    this.subject = subject;
    this.last = last;
    return this;
  }

  TautlineSession own() {
    return session;
  }

  @Override
  public Session session() {
    return session;
  }

  @Override
  public EndpointConfig config() {
    return config;
  }

  @Override
  public Object message() {
    return subject();
  }

  @Override
  public boolean last() {
    return last;
  }

  @Override
  public CloseReason closeReason() {
    return (CloseReason) subject();
  }

  @Override
  public Throwable error() {
    return (Throwable) subject();
  }

  private Object subject() {
    if (subject == null) {
      throw new IllegalStateException("not in this callback");
    }
    return subject;
  }

  @Override
  public <T> @Nullable T path(String name, Class<T> type) throws DecodeException {
    return session.paths().get(name, type);
  }

  @Override
  public Handshake handshake() {
    return session.openingRequest();
  }

  @Override
  public Peer peer() {
    return session.peer();
  }
}
