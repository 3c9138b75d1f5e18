package io.tautline.tests.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A server that stops under load: what it took for sending arrives, then 1001. */
class GracefulStopTest {
  private static final int CLIENTS = 20;

  /** How many messages the server took for all its clients together. */
  private static final AtomicInteger TAKEN = new AtomicInteger();

  /** Sends without an end, in a thread of its own for each client. */
  @Endpoint("/abuse/fountain")
  public static class Fountain {
    @OnMessage
    void start(String go, Session session) {
      Thread thread = new Thread(() -> send(session), "fountain");
      thread.setDaemon(true);
      thread.start();
    }

    private static void send(Session session) {
      try {
        for (int i = 0; ; i++) {
          session.getBasicRemote().sendText(Integer.toString(i));
          TAKEN.incrementAndGet();
        }
      } catch (IOException | IllegalStateException e) {
        // the server has said goodbye
      }
    }
  }

  @Test
  void whatWasTakenArrivesInOrderBeforeTheGoodbye() throws Exception {
    TAKEN.set(0);
    TautlineServer server = Servers.start(Binding.GENERATED, Fountain.class);
    List<JdkClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(new JdkClient(server.port(), "/abuse/fountain").send("go"));
      }
      await().until(() -> TAKEN.get() > 20_000);
      server.close();
      int received = 0;
      for (JdkClient client : clients) {
        int next = 0;
        String event = client.next();
        while (event.startsWith("text ")) {
          assertThat(event).isEqualTo("text " + next++);
          event = client.next();
        }
        assertThat(event).isEqualTo("close 1001 the server is stopping");
        received += next;
      }
      assertThat(received).isEqualTo(TAKEN.get());
    } finally {
      clients.forEach(JdkClient::close);
      server.close();
    }
  }
}
