package io.tautline.testing;

import io.tautline.boot.TautlineServer;
import io.tautline.endpoint.JsonCodec;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DecodeException;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client whose messages come in a queue, so that a test can say what it expects next. Each
 * expectation waits for up to five seconds. Used by one thread.
 */
public final class TestClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A message or the end. */
  private record Event(@Nullable String text, @Nullable CloseReason close) {
    @Override
    public String toString() {
      return close == null ? String.valueOf(text) : "the end of the connection: " + close;
    }
  }

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final JsonCodec codec = new JsonCodec();
  private final Session session;

  private TestClient(TautlineServer server, String path, String... subprotocols)
      throws DeploymentException, IOException {
    session =
        server
            .container()
            .connectToServer(
                new Listener(events),
                ClientEndpointConfig.Builder.create()
                    .preferredSubprotocols(List.of(subprotocols))
                    .build(),
                URI.create("ws://localhost:" + server.port() + path));
  }

  /**
   * Connects.
   *
   * @throws AssertionError if the server does not let us in; says with which status
   */
  public static TestClient connect(TautlineServer server, String path, String... subprotocols) {
    try {
      return new TestClient(server, path, subprotocols);
    } catch (DeploymentException | IOException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static final class Listener extends Endpoint {
    private final BlockingQueue<Event> events;

    Listener(BlockingQueue<Event> events) {
      this.events = events;
    }

    @Override
    public void onOpen(Session opened, EndpointConfig config) {
      opened.addMessageHandler(String.class, text -> events.add(new Event(text, null)));
    }

    @Override
    public void onClose(Session closed, CloseReason reason) {
      events.add(new Event(null, reason));
    }
  }

  /** Returns the session, for what this class does not offer. */
  public Session session() {
    return session;
  }

  /**
   * Sends a message: a String as it is, anything else as JSON with its {@code type}, by which
   * endpoints with several message types tell it apart.
   */
  public TestClient send(Object message) {
    try {
      session.getBasicRemote().sendText(message instanceof String text ? text : json(message));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (EncodeException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private String json(Object message) throws EncodeException {
    byte[] bytes = codec.forTypes(Map.of()).encode(message, true);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Waits for the next message and returns it. */
  public String expectText() {
    Event event = next();
    if (event.text == null) {
      throw new AssertionError("expected a message, but got " + event);
    }
    return event.text;
  }

  /**
   * Waits for the next message and reads it.
   *
   * @throws AssertionError if it is no JSON of that type
   */
  public <T> T expect(Class<T> type) {
    String text = expectText();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      return type.cast(codec.forType(type).decode(bytes, 0, bytes.length, true));
    } catch (DecodeException | ClassCastException e) {
      throw new AssertionError("expected a " + type.getSimpleName() + ", but got " + text, e);
    }
  }

  /** Waits for the end of the connection and returns its close code. */
  public int expectClose() {
    Event event = next();
    if (event.close == null) {
      throw new AssertionError("expected the end of the connection, but got " + event);
    }
    return event.close.getCloseCode().getCode();
  }

  private Event next() {
    try {
      Event event = events.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (event == null) {
        throw new AssertionError("nothing came within " + PATIENCE.toSeconds() + " s");
      }
      return event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    session.close();
  }
}
