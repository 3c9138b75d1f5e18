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
import java.util.List;
import java.util.Map;

/**
 * A client whose messages come in a queue, so that a test can say what it expects next. Each
 * expectation waits for up to five seconds. Used by one thread.
 */
public final class TestClient implements AutoCloseable {
  private final Events events = new Events();
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
    private final Events events;

    Listener(Events events) {
      this.events = events;
    }

    @Override
    public void onOpen(Session opened, EndpointConfig config) {
      opened.addMessageHandler(String.class, events::add);
    }

    @Override
    public void onClose(Session closed, CloseReason reason) {
      events.add(reason);
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
    return events.next(String.class, "a message");
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
    CloseReason reason = events.next(CloseReason.class, "the end of the connection");
    return reason.getCloseCode().getCode();
  }

  @Override
  public void close() throws IOException {
    session.close();
  }
}
