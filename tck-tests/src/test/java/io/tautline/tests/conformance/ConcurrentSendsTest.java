package io.tautline.tests.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import io.tautline.tests.Servers;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Any number of threads send to one session: messages stay whole, each thread's in order. */
class ConcurrentSendsTest {
  private static final int THREADS = 100;
  private static final int MESSAGES = 40;

  /** Sends from a hundred threads, in every way there is. */
  @ServerEndpoint("/conformance/crowd")
  public static class Crowd {
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @OnMessage
    public void start(String ignored, Session session) {
      for (int thread = 0; thread < THREADS; thread++) {
        int me = thread;
        Future<?> unused = threads.submit(() -> send(session, me));
      }
      threads.shutdown();
    }

    private static Void send(Session session, int me) throws Exception {
      for (int i = 0; i < MESSAGES; i++) {
        String text = me + ":" + i + ":" + "x".repeat(i * 10);
        switch ((me + i) % 5) {
          case 0 -> session.getBasicRemote().sendText(text);
          case 1 -> session.getAsyncRemote().sendText(text).get(20, TimeUnit.SECONDS);
          case 2 -> {
            session.getBasicRemote().sendText(text.substring(0, 3), false);
            Thread.yield();
            session.getBasicRemote().sendText(text.substring(3), true);
          }
          case 3 -> session.getBasicRemote().sendBinary(ByteBuffer.wrap(text.getBytes(UTF_8)));
          default -> {
            try (OutputStream stream = session.getBasicRemote().getSendStream()) {
              stream.write(text.getBytes(UTF_8), 0, 2);
              stream.flush();
              stream.write(text.getBytes(UTF_8), 2, text.length() - 2);
            }
          }
        }
      }
      return null;
    }
  }

  @Test
  void everyMessageArrivesWholeAndEachThreadsInOrder() throws Exception {
    CountDownLatch all = new CountDownLatch(THREADS * MESSAGES);
    Map<Integer, Integer> next = new HashMap<>();
    List<String> faults = new ArrayList<>();
    Endpoint client =
        new Endpoint() {
          @Override
          public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(String.class, this::heard);
            session.addMessageHandler(byte[].class, bytes -> heard(new String(bytes, UTF_8)));
          }

          private void heard(String text) {
            int first = text.indexOf(':');
            int second = text.indexOf(':', first + 1);
            int thread = Integer.parseInt(text.substring(0, first));
            int number = Integer.parseInt(text.substring(first + 1, second));
            int expected = next.merge(thread, 1, Integer::sum) - 1;
            if (number != expected || text.length() - second - 1 != number * 10) {
              faults.add(text + ", expected " + expected);
            }
            all.countDown();
          }
        };
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED, Crowd.class);
        Session session =
            server
                .container()
                .connectToServer(
                    client,
                    ClientEndpointConfig.Builder.create().build(),
                    URI.create("ws://localhost:" + server.port() + "/conformance/crowd"))) {
      session.getBasicRemote().sendText("start");
      assertThat(all.await(60, TimeUnit.SECONDS)).as("missing %d", all.getCount()).isTrue();
      assertThat(faults).isEmpty();
    }
  }
}
