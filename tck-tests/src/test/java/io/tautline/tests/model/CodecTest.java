package io.tautline.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.spi.Beans;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

  @Test
  void aMapperThatIsABeanIsUsed() throws Exception {
    JsonMapper snake =
        JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    Beans beans =
        new Beans() {
          @Override
          public <T> Optional<T> find(Class<T> type, @Nullable String name) {
            return type == JsonMapper.class ? Optional.of(type.cast(snake)) : Optional.empty();
          }
        };
    try (TautlineServer server =
            TautlineServer.builder().port(0).beans(beans).endpoints(Sensor.class).start();
        JdkClient client = new JdkClient(server.port(), "/codec")) {
      client
          .send("{\"type\":\"reading\",\"sensor_name\":\"x\",\"value\":1}")
          .expect("text {\"sensor_name\":\"x\",\"value\":2}");
    }
  }
}
