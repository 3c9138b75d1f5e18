package io.tautline.tests.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.connection.Limits;
import io.tautline.tests.stress.StressServer.Configuration;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.SendHandler;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sessions that are opened, used and ended by several threads at once, by either end, in any way:
 * each is opened and closed once, callbacks come one at a time, and every send is settled once.
 */
class LifecycleStressTest {
  private static final Map<String, String> FAULTS = new ConcurrentHashMap<>();
  private static final AtomicInteger OPENED = new AtomicInteger();
  private static final AtomicInteger CLOSED = new AtomicInteger();
  private static final AtomicLong SENT = new AtomicLong();
  private static final AtomicLong SETTLED = new AtomicLong();

  /** Notices callbacks that overlap, or come when they must not. */
  private static final class Life {
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean opened;
    private volatile boolean closed;

    void enter(String what) {
      if (inside.incrementAndGet() != 1) {
        FAULTS.put(what, "overlaps another callback");
      }
      if (closed || opened == what.equals("onOpen")) {
        FAULTS.put(what, "opened " + opened + ", closed " + closed);
      }
    }

    void leave() {
      inside.decrementAndGet();
    }
  }

  /** Does what is asked, and anything at random. */
  @ServerEndpoint("/stress/life")
  public static class Server {
    private final Life life = new Life();
    private final SplittableRandom random = new SplittableRandom(System.nanoTime());

    @OnOpen
    public void open(Session session) {
      life.enter("onOpen");
      OPENED.incrementAndGet();
      life.opened = true;
      if (random.nextInt(20) == 0) {
        act(session, random);
      }
      life.leave();
    }

    @OnMessage
    public void text(String text, Session session) throws InterruptedException {
      life.enter("onMessage");
      if (random.nextInt(200) == 0) {
        Thread.sleep(random.nextInt(10));
      }
      act(session, random);
      life.leave();
    }

    @OnClose
    public void close() {
      life.enter("onClose");
      life.closed = true;
      CLOSED.incrementAndGet();
      life.leave();
    }
  }

  /** Does the same as a client. */
  private static final class Client extends Endpoint {
    private final Life life = new Life();
    private final AtomicInteger ends = new AtomicInteger();

    @Override
    public void onOpen(Session session, EndpointConfig config) {
      life.enter("onOpen");
      life.opened = true;
      session.addMessageHandler(
          String.class,
          text -> {
            life.enter("onMessage");
            life.leave();
          });
      life.leave();
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
      life.enter("onClose");
      life.closed = true;
      ends.incrementAndGet();
      life.leave();
    }
  }

  /** Does whatever may be done with a session, from any thread, at any time. */
  private static void act(Session session, SplittableRandom random) {
    try {
      switch (random.nextInt(40)) {
        case 0 -> session.close();
        case 1 ->
            session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(4000), "at random"));
        case 2 -> session.getBasicRemote().sendPing(ByteBuffer.allocate(random.nextInt(126)));
        case 3 -> session.getBasicRemote().sendBinary(ByteBuffer.allocate(random.nextInt(5000)));
        case 4 -> session.setMaxIdleTimeout(20 + random.nextInt(2000));
        case 5, 6, 7, 8 -> {
          SENT.incrementAndGet();
          SendHandler settled = result -> SETTLED.incrementAndGet();
          try {
            session.getAsyncRemote().sendText("x".repeat(random.nextInt(3000)), settled);
          } catch (IllegalStateException e) {
            SENT.decrementAndGet(); // it was not taken
          }
        }
        default -> session.getBasicRemote().sendText("x".repeat(random.nextInt(300)));
      }
    } catch (IOException | IllegalStateException e) {
      // it has ended, which may happen at any time
    }
  }

  @ParameterizedTest
  @EnumSource(Configuration.class)
  void eachSessionIsOpenedAndClosedOnceAndEverySendIsSettled(
      Configuration configuration, @TempDir Path folder) throws Exception {
    FAULTS.clear();
    OPENED.set(0);
    CLOSED.set(0);
    SENT.set(0);
    SETTLED.set(0);
    Limits limits = Limits.builder().closeTimeout(Duration.ofSeconds(2)).build();
    try (StressServer stress = new StressServer(configuration, folder, limits, Server.class)) {
      List<Thread> threads = new ArrayList<>();
      long deadline = StressServer.deadline();
      for (int i = 0; i < 8; i++) {
        SplittableRandom random = new SplittableRandom(System.nanoTime() + i);
        threads.add(new Thread(() -> live(stress, random, deadline), "stress-life-" + i));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join(TimeUnit.SECONDS.toMillis(StressServer.SECONDS + 120L));
        assertThat(thread.isAlive()).as(thread.getName() + " goes on").isFalse();
      }
      stress.awaitEnd();
      await().untilAsserted(() -> assertThat(CLOSED.get()).isEqualTo(OPENED.get()));
      await().untilAsserted(() -> assertThat(SETTLED.get()).isEqualTo(SENT.get()));
      assertThat(FAULTS).isEmpty();
      System.out.printf(
          "lifecycle stress, %s: %d sessions, %d sends settled%n",
          configuration, OPENED.get(), SETTLED.get());
    }
  }

  private static void live(StressServer stress, SplittableRandom random, long deadline) {
    try {
      while (!StressServer.isOver(deadline)) {
        Client client = new Client();
        Session session = stress.connect(client, "/stress/life");
        List<Thread> users = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          SplittableRandom own = random.split();
          Thread user =
              new Thread(
                  () -> {
                    for (int n = own.nextInt(60); n > 0; n--) {
                      act(session, own);
                    }
                  });
          users.add(user);
          user.start();
        }
        for (Thread user : users) {
          user.join(60_000);
          if (user.isAlive()) {
            FAULTS.put("user", "waits for ever");
            return;
          }
        }
        session.close();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (client.ends.get() == 0 && System.nanoTime() - end < 0) {
          Thread.sleep(1);
        }
        if (client.ends.get() != 1) {
          FAULTS.put("client", client.ends.get() + " times onClose");
        }
      }
    } catch (Exception e) {
      FAULTS.put("client", e.toString());
    }
  }
}
