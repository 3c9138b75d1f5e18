package io.tautline.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.spi.Beans;
import io.tautline.spi.MessageCodec;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.DecodeException;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Messages of other formats than JSON as Tautline has it. */
class CodecTest {
  /** Comes and goes. */
  public record Reading(String sensorName, int value) {}

  /** Stops it. */
  public record Stop() {}

  /** Sends back. */
  @Endpoint("/codec")
  public static class Sensor {
    @OnMessage
    Reading reading(Reading reading) {
      return new Reading(reading.sensorName(), reading.value() + 1);
    }

    @OnMessage
    void stop(Stop stop, Session session) throws IOException {
      session.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void aBinaryMessageIsCborAndAnsweredAsSuch(Binding binding) throws Exception {
    CBORMapper cbor = new CBORMapper();
    BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
    try (TautlineServer server = Servers.start(binding, Sensor.class)) {
      Session session =
          ContainerProvider.getWebSocketContainer()
              .connectToServer(
                  new jakarta.websocket.Endpoint() {
                    @Override
                    public void onOpen(Session opened, EndpointConfig config) {
                      opened.addMessageHandler(byte[].class, bytes -> answers.add(bytes));
                    }
                  },
                  ClientEndpointConfig.Builder.create().build(),
                  URI.create("ws://localhost:" + server.port() + "/codec"));
      byte[] message =
          cbor.writeValueAsBytes(Map.of("type", "reading", "sensorName", "x", "value", 1));
      session.getBasicRemote().sendBinary(ByteBuffer.wrap(message));
      byte[] answer = answers.poll(10, TimeUnit.SECONDS);
      assertThat(cbor.readValue(answer, Reading.class)).isEqualTo(new Reading("x", 2));
      session.getBasicRemote().sendText("{\"type\":\"stop\"}");
    }
  }

  /** One bean, and no other. */
  private record One(Class<?> of, Object bean) implements Beans {
    @Override
    public <T> Optional<T> find(Class<T> type, @Nullable String name) {
      return type == of ? Optional.of(type.cast(bean)) : Optional.empty();
    }
  }

  /** A format of its own: {@code x=1}; told which type it is for. */
  private static final class Assignments implements MessageCodec {
    @Override
    public ForType forType(Type type) {
      return new ForType() {
        @Override
        public Object decode(byte[] bytes, int from, int to, boolean text) throws DecodeException {
          String all = new String(bytes, from, to - from, StandardCharsets.UTF_8);
          String[] sides = all.split("=");
          if (sides.length != 2) {
            throw new DecodeException(all, "no assignment");
          }
          List<Reading> readings = List.of(new Reading(sides[0], Integer.parseInt(sides[1])));
          return type instanceof ParameterizedType ? readings : readings.get(0);
        }

        @Override
        public byte[] encode(Object value, boolean text) {
          Object one = value instanceof List<?> list ? list.get(0) : value;
          Reading reading = (Reading) one;
          String all = reading.sensorName() + "=" + reading.value();
          return all.getBytes(StandardCharsets.UTF_8);
        }
      };
    }

    @Override
    public ForType forTypes(Map<String, Class<?>> types) {
      throw new UnsupportedOperationException();
    }
  }

  /** Takes a generic type. */
  @Endpoint("/codec/list")
  public static class Lists {
    @OnMessage
    List<Reading> readings(List<Reading> readings) {
      return readings;
    }

    @OnError
    String refused(DecodeException e) {
      return e.getMessage();
    }
  }

  @Test
  void aCodecThatIsABeanTakesThePlaceOfJsonAndIsToldTheGenericType() throws Exception {
    Beans beans = new One(MessageCodec.class, new Assignments());
    try (TautlineServer server =
            TautlineServer.builder().port(0).beans(beans).endpoints(Lists.class).start();
        JdkClient client = new JdkClient(server.port(), "/codec/list")) {
      client.send("x=1").expect("text x=1");
      client.send("x").expect("text no assignment");
    }
  }

  @Test
  void aMapperThatRefusesWhatItDoesNotKnowIsNotAskedForWhatIsOurs() throws Exception {
    JsonMapper strict =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    Beans beans = new One(JsonMapper.class, strict);
    try (TautlineServer server =
            TautlineServer.builder().port(0).beans(beans).endpoints(Sensor.class).start();
        JdkClient client = new JdkClient(server.port(), "/codec")) {
      client
          .send("{\"type\":\"reading\",\"sensorName\":\"x\",\"value\":1}")
          .expect("text {\"sensorName\":\"x\",\"value\":2}");
      client.send("{\"type\":\"reading\",\"sensorName\":\"x\",\"value\":1,\"more\":2}");
      client.expect("close 1007 message could not be decoded");
    }
  }

  @Test
  void aMapperThatIsABeanIsUsed() throws Exception {
    JsonMapper snake =
        JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    Beans beans = new One(JsonMapper.class, snake);
    try (TautlineServer server =
            TautlineServer.builder().port(0).beans(beans).endpoints(Sensor.class).start();
        JdkClient client = new JdkClient(server.port(), "/codec")) {
      client
          .send("{\"type\":\"reading\",\"sensor_name\":\"x\",\"value\":1}")
          .expect("text {\"sensor_name\":\"x\",\"value\":2}");
    }
  }
}
