package io.tautline.tests.model;

import io.tautline.Broadcast;
import io.tautline.Endpoint;
import io.tautline.Room;
import io.tautline.boot.TautlineServer;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A room gets what was promised to it, also if who promised it has left. */
class LateBroadcastTest {
  private static volatile CompletableFuture<String> promised = new CompletableFuture<>();

  /** Tells its rooms what is known later, and who leaves. */
  @Endpoint("/late/{room}")
  public static class Late {
    @OnOpen
    void open(Session session, @PathParam("room") Room room) {
      room.join(session);
    }

    @OnMessage
    @Broadcast
    CompletionStage<String> say(String text) {
      return promised;
    }

    @OnClose
    @Broadcast("{room}")
    CompletionStage<String> close() {
      return CompletableFuture.completedFuture("left");
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void aRoomGetsWhatWasPromisedByOneWhoHasLeft(Binding binding) throws Exception {
    promised = new CompletableFuture<>();
    try (TautlineServer server = Servers.start(binding, Late.class);
        JdkClient stays = new JdkClient(server.port(), "/late/a")) {
      try (JdkClient leaves = new JdkClient(server.port(), "/late/a")) {
        leaves.send("soon");
        leaves.socket().sendClose(1000, "").join();
        leaves.expect("close 1000 ");
      }
      stays.expect("text left");
      promised.complete("said");
      stays.expect("text said");
    }
  }
}
