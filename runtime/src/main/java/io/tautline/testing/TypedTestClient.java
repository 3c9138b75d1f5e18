package io.tautline.testing;

import io.tautline.EndpointClient;
import io.tautline.boot.TautlineServer;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.List;
import java.util.function.Consumer;

/**
 * A client of an {@link EndpointClient} interface whose messages come in a queue, so that a test
 * can say what it expects next. Each expectation waits for up to five seconds. Used by one thread.
 *
 * @param <C> the interface
 */
public final class TypedTestClient<C extends AutoCloseable> implements AutoCloseable {
  private final Events events;
  private final C client;

  private TypedTestClient(Events events, C client) {
    this.events = events;
    this.client = client;
  }

  /**
   * Connects, with every consumer of the interface.
   *
   * @throws AssertionError if the server does not let us in; says with which status
   */
  public static <C extends AutoCloseable> TypedTestClient<C> connect(
      TautlineServer server, Class<C> type, String path, String... subprotocols) {
    Events events = new Events();
    ClientEndpointConfig config =
        ClientEndpointConfig.Builder.create().preferredSubprotocols(List.of(subprotocols)).build();
    URI uri = URI.create("ws://localhost:" + server.port() + path);
    try {
      C client = server.clients().connect(type, uri, config, one -> listen(type, one, events));
      return new TypedTestClient<>(events, client);
    } catch (DeploymentException | IOException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  /** Gives every listener method a consumer; only messages, the end and errors are events. */
  private static void listen(Class<?> type, Object client, Events events) {
    for (Method method : type.getMethods()) {
      boolean told =
          method.isAnnotationPresent(OnMessage.class)
              || method.isAnnotationPresent(OnClose.class)
              || method.isAnnotationPresent(OnError.class);
      Consumer<Object> consumer = told ? events::add : ignored -> {};
      boolean listener =
          method.getParameterCount() == 1 && method.getParameterTypes()[0] == Consumer.class;
      if (listener) {
        try {
          method.setAccessible(true); // an interface may be package-private
          method.invoke(client, consumer);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(method + " cannot be called", e);
        }
      }
    }
  }

  /** Returns the client itself, to send and to ask. */
  public C client() {
    return client;
  }

  /**
   * Waits for what the client hears next: a message, or a {@code Throwable}.
   *
   * @throws AssertionError if it hears something else
   */
  public <T> T expect(Class<T> type) {
    return events.next(type, "a " + type.getSimpleName());
  }

  /**
   * Waits for the end of the connection and returns its close code. The interface needs an
   * {@code @OnClose} method.
   */
  public int expectClose() {
    return expect(CloseReason.class).getCloseCode().getCode();
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("closing the client failed", e);
    }
  }
}
