package io.tautline.tests;

import io.tautline.Endpoint;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DecodeException;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Endpoint classes for end-to-end tests; the processor binds them, or reflection does. */
public final class Endpoints {
  private Endpoints() {}

  /** Sends back what it gets. */
  @ServerEndpoint("/echo")
  public static class Echo {
    @OnMessage
    public String text(String text) {
      return text;
    }

    @OnMessage
    public ByteBuffer binary(ByteBuffer bytes) {
      return bytes;
    }

    @OnMessage
    public void pong(PongMessage pong, Session session) throws IOException {
      session
          .getBasicRemote()
          .sendText("pong of " + pong.getApplicationData().remaining() + " bytes");
    }
  }

  /** Tells every part it gets. */
  @ServerEndpoint("/parts")
  public static class Parts {
    @OnMessage
    public String text(String part, boolean last, Session session) {
      return part + (last ? "|" : ",");
    }

    @OnMessage
    public byte[] binary(boolean last, byte[] part) {
      return last ? new byte[] {(byte) part.length} : part;
    }
  }

  /** Tells what its callbacks are given. */
  @Endpoint("/callbacks/{name}/{number}")
  public static class Callbacks {
    @OnOpen
    void open(
        Session session,
        EndpointConfig config,
        @PathParam("name") String name,
        @PathParam("number") int number)
        throws IOException {
      session
          .getBasicRemote()
          .sendText("open " + name + " " + (number + 1) + " " + (config != null));
    }

    @OnMessage
    int message(int value, @PathParam("number") Long number) {
      if (value < 0) {
        throw new IllegalStateException("negative");
      }
      return value * number.intValue();
    }

    @OnError
    void error(Throwable error, Session session, @PathParam("name") String name)
        throws IOException {
      session.getBasicRemote().sendText(name + " " + error.getMessage());
    }

    @OnClose
    void close(CloseReason reason, @PathParam("name") String name) {
      CLOSED.put(name, reason.getCloseCode().getCode() + " " + reason.getReasonPhrase());
    }
  }

  /** What {@link Callbacks} was told at the end, by name. */
  public static final Map<String, String> CLOSED = new ConcurrentHashMap<>();

  /** Shapes, told apart by their type. */
  public sealed interface Shape {
    /** A circle. */
    record Circle(double radius) implements Shape {}

    /** A list of shapes and more. */
    record Group(List<Shape> shapes, Color color, Instant at) implements Shape {}
  }

  /** An enum in JSON. */
  public enum Color {
    RED,
    BLUE
  }

  /** JSON in, JSON out. */
  @Endpoint("/shapes")
  public static class Shapes {
    @OnMessage
    List<Shape> shape(Shape shape) {
      return List.of(shape, shape);
    }
  }

  /** Tells what could not be read. */
  @Endpoint("/numbers")
  public static class Numbers {
    @OnMessage
    int sum(List<Integer> numbers) {
      return numbers.stream().mapToInt(n -> n).sum();
    }

    @OnError
    void error(Session session, Throwable error) throws IOException {
      DecodeException fault = (DecodeException) error;
      session.getBasicRemote().sendText(fault.getText() + ": " + fault.getMessage());
    }
  }

  /** Tells what was injected, and how often this instance was called. */
  @Endpoint(
      value = "/injected",
      subprotocols = {"v1", "v2"})
  public static class Injected {
    private final StringBuilder first;
    private final String second;
    private int calls;

    @Inject
    Injected(StringBuilder first, @Named("second") String second) {
      this.first = first;
      this.second = second;
    }

    @OnMessage
    String message(String text, Session session) {
      return first + " " + second + " " + ++calls + " " + session.getNegotiatedSubprotocol();
    }
  }
}
