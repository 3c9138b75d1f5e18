package io.tautline.tests.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.OnMessage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors in a handler end its own session, and nothing else. */
class HandlerFaultsTest {
  /** Fails as it is told. */
  @Endpoint("/abuse/faults")
  public static class Faulty {
    @OnMessage
    String fail(String how) {
      return switch (how) {
        case "stack" -> Integer.toString(deeper(0));
        case "heap" -> Integer.toString(new long[Integer.MAX_VALUE].length);
        case "null" -> String.valueOf((Object) null).concat(null);
        default -> how;
      };
    }

    private static int deeper(int depth) {
      return deeper(depth + 1) + depth;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stack", "heap", "null"})
  void theSessionIsClosedWith1011AndItsNeighboursAreServed(String how) throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Faulty.class);
        JdkClient neighbour = new JdkClient(server.port(), "/abuse/faults")) {
      for (int i = 0; i < 20; i++) {
        try (JdkClient client = new JdkClient(server.port(), "/abuse/faults")) {
          client.send("before").expect("text before");
          client.send(how);
          assertThat(client.next()).startsWith("close 1011");
        }
        neighbour.send("still here").expect("text still here");
      }
    }
  }
}
