package io.tautline.tests.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Sources;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Everything that ends a session or a server, all at once. */
class LifecycleStormTest {
  private static final AtomicInteger OPENED = new AtomicInteger();
  private static final AtomicInteger CLOSED = new AtomicInteger();
  private static final AtomicInteger LATE = new AtomicInteger();

  /** Counts its beginnings and ends. */
  @ServerEndpoint("/storm")
  public static class Counting {
    private volatile boolean over;

    @OnOpen
    public void open() {
      OPENED.incrementAndGet();
    }

    @OnMessage
    public String text(String text, Session session) throws IOException {
      if (over) {
        LATE.incrementAndGet();
      }
      if (text.equals("close")) {
        session.close();
        return null;
      }
      return text;
    }

    @OnClose
    public void close() {
      over = true;
      CLOSED.incrementAndGet();
    }
  }

  private static final class Client extends Endpoint {
    final AtomicInteger closed = new AtomicInteger();

    @Override
    public void onOpen(Session session, EndpointConfig config) {
      session.addMessageHandler(String.class, text -> {});
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
      closed.incrementAndGet();
    }
  }

  /** Does whatever may be done with a session. */
  private static void act(Session session, SplittableRandom random) {
    try {
      switch (random.nextInt(12)) {
        case 0 -> session.close();
        case 1 -> session.getBasicRemote().sendText("close");
        case 2 -> session.getBasicRemote().sendPing(ByteBuffer.allocate(3));
        case 3 -> session.setMaxIdleTimeout(1 + random.nextInt(200));
        case 4 -> session.getAsyncRemote().sendText("x".repeat(random.nextInt(3000)));
        case 5 -> session.getAsyncRemote().sendBinary(ByteBuffer.allocate(0));
        default -> session.getBasicRemote().sendText("x".repeat(random.nextInt(300)));
      }
    } catch (IOException | IllegalStateException e) {
      // it is over
    }
  }

  @Test
  void sixtyFourThreadsThatSendAndCloseLeaveOneEndForEachBeginning() throws Exception {
    List<Client> clients = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(64);
    try (TautlineServer server =
        TautlineServer.builder().port(0).endpoints(Counting.class).start()) {
      URI uri = URI.create("ws://localhost:" + server.port() + "/storm");
      for (int round = 0; round < 60; round++) {
        Client client = new Client();
        clients.add(client);
        Session session =
            server
                .container()
                .connectToServer(client, ClientEndpointConfig.Builder.create().build(), uri);
        List<Future<?>> acting = new ArrayList<>();
        for (int thread = 0; thread < 64; thread++) {
          SplittableRandom random = new SplittableRandom(round * 64L + thread);
          acting.add(
              threads.submit(
                  () -> {
                    for (int i = 0; i < 10; i++) {
                      act(session, random);
                    }
                  }));
        }
        for (Future<?> one : acting) {
          one.get(20, TimeUnit.SECONDS);
        }
        session.close();
      }
      await().until(() -> server.connections() == 0);
      assertThat(ManagementFactory.getThreadMXBean().findDeadlockedThreads()).isNull();
      await().until(() -> CLOSED.get() == OPENED.get());
      assertThat(OPENED.get()).isEqualTo(60);
      assertThat(clients).allMatch(client -> client.closed.get() == 1);
      assertThat(LATE.get()).as("messages after the end").isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aServerThatHasStoppedKeepsNothingOfItsApplication() throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    long threads = ourThreads();
    for (int i = 0; i < 20; i++) {
      loaders.add(deployed());
    }
    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(loaders).allMatch(loader -> loader.get() == null);
            });
    await().until(() -> ourThreads() <= threads);
  }

  private static long ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("tautline"))
        .count();
  }

  /** Serves an application of its own class loader for a moment. */
  private static WeakReference<ClassLoader> deployed() throws Exception {
    Class<?> endpoint =
        Sources.compile(
            "app.E",
            """
            package app;
            @io.tautline.Endpoint("/e")
            public class E {
              public record Said(String text, int times) {}
              @jakarta.websocket.OnMessage public Said said(Said said) { return said; }
            }
            """);
    try (TautlineServer server = TautlineServer.builder().port(0).endpoints(endpoint).start();
        JdkClient client = new JdkClient(server.port(), "/e")) {
      client.send("{\"text\":\"hi\",\"times\":3}");
      client.expect("text {\"text\":\"hi\",\"times\":3}");
    }
    return new WeakReference<>(endpoint.getClassLoader());
  }
}
