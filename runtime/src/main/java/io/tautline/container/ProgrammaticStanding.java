package io.tautline.container;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import org.jspecify.annotations.Nullable;

/** An instance of a class that extends {@link Endpoint}. */
final class ProgrammaticStanding implements Standing {
  private final Endpoint endpoint;
  private final Session session;
  private final EndpointConfig config;

  ProgrammaticStanding(Endpoint endpoint, Session session, EndpointConfig config) {
    this.endpoint = endpoint;
    this.session = session;
    this.config = config;
  }

  @Override
  public void open() {
    endpoint.onOpen(session, config);
  }

  @Override
  public @Nullable Object message(int method, Object message, boolean last) {
    throw new IllegalStateException("a programmatic endpoint has message handlers instead");
  }

  @Override
  public void close(CloseReason reason) {
    endpoint.onClose(session, reason);
  }

  @Override
  public boolean error(Throwable error) {
    endpoint.onError(session, error);
    return true;
  }
}
