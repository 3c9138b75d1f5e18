package io.tautline.container;

import io.tautline.model.PathPattern;
import io.tautline.spi.Invocation;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DecodeException;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.util.function.Function;
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

  /** Returns the name of a variable, also if it is written as in the path: {@code {name}}. */
  private static String bare(String name) {
    return PathPattern.isVariable(name) ? PathPattern.name(name) : name;
  }

  @Override
  @SuppressWarnings("unchecked") // a parser returns what its class says
  public <T> @Nullable T path(String name, Class<T> type) throws DecodeException {
    String value = session.getPathParameters().get(bare(name));
    if (value == null) {
      return (T) Primitives.zero(type);
    }
    Function<String, Object> parser = Primitives.parser(type);
    if (parser == null) {
      return (T) value;
    }
    try {
      return (T) parser.apply(value);
    } catch (IllegalArgumentException e) {
      throw new DecodeException(
          value, "path variable {" + name + "} is not a " + type.getSimpleName(), e);
    }
  }
}
