package io.tautline.tests.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.tautline.Broadcast;
import io.tautline.Endpoint;
import io.tautline.EndpointClient;
import io.tautline.Room;
import io.tautline.boot.TautlineServer;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What JSON messages of several types are called, and how long they may be. */
class JsonTypesTest {
  /** Has members. */
  public record Reading(String sensorName, int value) {}

  /** Has none. */
  public record Stop() {}

  /** Shapes with names of their own. */
  public sealed interface Shape {}

  /** Is called otherwise. */
  @JsonTypeName("CIRCLE")
  public record Circle(int radius) implements Shape {}

  /** Is called after its class. */
  public record Square(int side) implements Shape {}

  /** Takes and returns both, by one method. */
  @Endpoint("/types/shapes/{room}")
  public static class Shapes {
    @OnOpen
    void open(@PathParam("room") Room room, Session session) {
      room.join(session);
    }

    @OnMessage
    @Broadcast("{room}")
    List<Shape> shapes(List<Shape> shapes) {
      return shapes;
    }
  }

  /** Takes both, by a method each. */
  @Endpoint("/types/shape")
  public static class EachShape {
    @OnMessage
    Circle circle(Circle circle) {
      return circle;
    }

    @OnMessage
    Square square(Square square) {
      return square;
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void theNameOfATypeIsTheOneThatJacksonIsTold(Binding binding) throws Exception {
    String circle = "{\"type\":\"CIRCLE\",\"radius\":1}";
    String square = "{\"type\":\"square\",\"side\":2}";
    try (TautlineServer server = Servers.start(binding, Shapes.class, EachShape.class);
        JdkClient all = new JdkClient(server.port(), "/types/shapes/r");
        JdkClient each = new JdkClient(server.port(), "/types/shape")) {
      all.send("[" + circle + "," + square + "]").expect("text [" + circle + "," + square + "]");
      each.send(circle).expect("text " + circle);
      each.send(square).expect("text " + square);
    }
  }

  /** Is called like another. */
  @JsonTypeName("square")
  public record Rhombus(int side) {}

  /** Hears both. */
  @EndpointClient
  public interface Both extends AutoCloseable {
    /** Hears one. */
    @OnMessage
    void rhombus(Consumer<Rhombus> listener);

    /** Hears the other. */
    @OnMessage
    void square(Consumer<Square> listener);

    @Override
    void close();
  }

  @Test
  void twoTypesOfOneNameAreRefused() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, EachShape.class)) {
      URI uri = URI.create("ws://localhost:" + server.port() + "/types/shape");
      Consumer<Both> hearing =
          both -> {
            both.rhombus(rhombus -> {});
            both.square(square -> {});
          };
      assertThatThrownBy(() -> server.clients().connect(Both.class, uri, hearing))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining(Both.class.getName())
          .hasMessageContaining("two types of messages are called \"square\"")
          .hasMessageContaining("@JsonTypeName");
    }
  }

  /** Sends a generic type. */
  @EndpointClient
  public interface Drawer extends AutoCloseable {
    /** Sends shapes. */
    void draw(List<Shape> shapes);

    /** Hears them. */
    @OnMessage
    void drawn(Consumer<List<Shape>> listener);

    @Override
    void close();
  }

  @Test
  void aClientWritesTheTypeThatItsMethodDeclares() throws Exception {
    BlockingQueue<List<Shape>> heard = new LinkedBlockingQueue<>();
    try (TautlineServer server = Servers.start(Binding.GENERATED, Shapes.class);
        Drawer drawer =
            server
                .clients()
                .connect(
                    Drawer.class,
                    URI.create("ws://localhost:" + server.port() + "/types/shapes/r"),
                    client -> client.drawn(heard::add))) {
      List<Shape> shapes = List.of(new Circle(1), new Square(2));
      drawer.draw(shapes);
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(shapes);
    }
  }

  /** Bounds some of its messages. */
  @Endpoint(value = "/types/bounds", maxMessageBytes = 100)
  public static class Bounds {
    @OnMessage(maxMessageSize = 30)
    String stop(Stop stop) {
      return "stopped";
    }

    @OnMessage
    int bytes(byte[] bytes) {
      return bytes.length;
    }
  }

  /** Bounds one of two types. */
  @Endpoint(value = "/types/half", maxMessageBytes = 100)
  public static class HalfBounded {
    @OnMessage(maxMessageSize = 30)
    String stop(Stop stop) {
      return "stopped";
    }

    @OnMessage
    Reading reading(Reading reading) {
      return reading;
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void theBoundOfAMethodIsThatOfItsMessages(Binding binding) throws Exception {
    String reading = "{\"type\":\"reading\",\"sensorName\":\"" + "x".repeat(20) + "\",\"value\":1}";
    try (TautlineServer server = Servers.start(binding, Bounds.class, HalfBounded.class);
        JdkClient bounded = new JdkClient(server.port(), "/types/bounds");
        JdkClient half = new JdkClient(server.port(), "/types/half")) {
      bounded.socket().sendBinary(ByteBuffer.allocate(100), true).join();
      bounded.expect("text 100");
      bounded.send("{\"type\":\"stop\"}").expect("text stopped");
      bounded.send("{\"type\":\"stop\"" + " ".repeat(20) + "}");
      assertThat(bounded.next()).startsWith("close 1009");
      half.send(reading).expect("text {" + reading.substring(reading.indexOf(',') + 1));
    }
  }
}
