package io.tautline.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where containers go wrong in the opening handshake. */
class HandshakeTrapsTest {
  @BeforeEach
  void clear() {
    Log.clear();
  }

  /** Sends every header of the request back, and tells the steps. */
  public static class Parrot extends ServerEndpointConfig.Configurator {
    /** For the container. */
    public Parrot() {
      Log.add("made");
    }

    @Override
    public boolean checkOrigin(String origin) {
      Log.add(
          "origin "
              + (getContainerDefaultConfigurator() == getContainerDefaultConfigurator())
              + " "
              + super.checkOrigin(origin));
      return true;
    }

    @Override
    public void modifyHandshake(
        ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
      Log.add("modify");
      response.getHeaders().putAll(request.getHeaders());
    }
  }

  /** Says what user properties there are. */
  @ServerEndpoint(value = "/traps/parrot", configurator = Parrot.class)
  public static class Parroting {
    @OnMessage
    public String message(String text, jakarta.websocket.Session session) {
      return text + " " + session.getUserProperties();
    }
  }

  private static ClientEndpointConfig config(AtomicReference<Map<String, List<String>>> answer) {
    return ClientEndpointConfig.Builder.create()
        .configurator(
            new ClientEndpointConfig.Configurator() {
              @Override
              public void beforeRequest(Map<String, List<String>> headers) {
                headers.put("X-Many", List.of("one", "two", "three"));
              }

              @Override
              public void afterResponse(HandshakeResponse response) {
                answer.set(response.getHeaders());
              }
            })
        .build();
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts({"TRAP-16", "TRAP-17", "TRAP-19"})
  void aConfiguratorThatCopiesEveryHeaderBreaksNothing(Binding binding) throws Exception {
    AtomicReference<Map<String, List<String>>> answer = new AtomicReference<>(Map.of());
    try (TautlineServer server = Servers.start(binding, Parroting.class)) {
      for (int i = 0; i < 2; i++) {
        try (Peer peer = Peer.connect(server, "/traps/parrot", config(answer))) {
          peer.send("well").expect("well {}");
        }
        if (i == 0) {
          Log.expect("made");
        }
        Log.expect("origin true true");
        Log.expect("modify");
        assertThat(answer.get().get("X-Many")).containsExactly("one", "two", "three");
        assertThat(answer.get().get("Upgrade")).containsExactly("websocket");
        assertThat(answer.get().get("Connection")).containsExactly("Upgrade");
        assertThat(answer.get().get("Sec-WebSocket-Accept")).hasSize(1);
      }
    }
  }
}
