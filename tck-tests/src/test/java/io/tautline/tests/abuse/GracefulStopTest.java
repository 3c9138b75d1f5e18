package io.tautline.tests.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.Admission;
import io.tautline.Endpoint;
import io.tautline.OnHandshake;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

  private static final CountDownLatch HELD = new CountDownLatch(2);
  private static final CountDownLatch LET_GO = new CountDownLatch(1);

  /** Holds the threads that call it. */
  @Endpoint("/abuse/holder")
  public static class Holder {
    @OnMessage
    void hold(String text) throws InterruptedException {
      HELD.countDown();
      LET_GO.await();
    }
  }

  @Test
  void aServerWhoseThreadsAreAllHeldStopsAllTheSame() throws Exception {
    TautlineServer server =
        TautlineServer.builder()
            .port(0)
            .loops(1)
            .drain(Duration.ofMillis(100))
            .limits(Limits.builder().maxBlockedHandlers(2).build())
            .endpoints(Holder.class)
            .start();
    try (JdkClient one = new JdkClient(server.port(), "/abuse/holder");
        JdkClient two = new JdkClient(server.port(), "/abuse/holder")) {
      one.send("hold");
      two.send("hold");
      assertThat(HELD.await(10, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
      CompletableFuture<Void> again = CompletableFuture.runAsync(server::close);
      closed.get(10, TimeUnit.SECONDS);
      again.get(10, TimeUnit.SECONDS);
    } finally {
      LET_GO.countDown();
    }
  }

  /** Never lets anyone in, and never says so. */
  @Endpoint("/abuse/undecided")
  public static class Undecided {
    private static final CountDownLatch ASKED = new CountDownLatch(1);

    @OnHandshake
    CompletionStage<Admission> admit() {
      ASKED.countDown();
      return new CompletableFuture<>();
    }

    @OnMessage
    void text(String text) {}
  }

  @Test
  void whoIsNotLetInYetGets503() throws Exception {
    TautlineServer server = Servers.start(Binding.GENERATED, Undecided.class);
    try (RawSocket asked = new RawSocket(server.port());
        RawSocket asking = new RawSocket(server.port())) {
      asking.send("GET /abuse/undecided HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII));
      await().until(() -> server.connections() == 2);
      asked.send(
          AbuseCase.request("")
              .replace("/abuse", "/abuse/undecided")
              .getBytes(StandardCharsets.US_ASCII));
      assertThat(Undecided.ASKED.await(10, TimeUnit.SECONDS)).isTrue();
      long began = System.nanoTime();
      server.close();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
      assertThat(asked.outcome()).isEqualTo("503");
      assertThat(asking.outcome()).isEqualTo("503");
    } finally {
      server.close();
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
