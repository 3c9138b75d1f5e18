package io.tautline.tests.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.Room;
import io.tautline.Rooms;
import io.tautline.SlowConsumer;
import io.tautline.connection.Limits;
import io.tautline.tests.stress.StressServer.Configuration;
import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Replies, pushes from threads in every way there is, and a room, all at once: what each sender
 * sends arrives in its order, whole, once, and all of it unless the connection has ended.
 */
class OrderStressTest {
  private static final int SESSIONS = 16;

  /** Errors that a checker found, whichever thread it ran on. */
  private static final Map<String, String> FAULTS = new ConcurrentHashMap<>();

  private static volatile Room room;

  /** Echoes, and pushes when it is asked to. */
  @io.tautline.Endpoint(value = "/stress/order", slowConsumer = SlowConsumer.BLOCK)
  public static class Server {
    private static final AtomicInteger PUSHERS = new AtomicInteger();

    private final Rooms rooms;
    private int last = -1;

    @Inject
    Server(Rooms rooms) {
      this.rooms = rooms;
    }

    @OnOpen
    void open(Session session) {
      room = rooms.room("stress");
      room.join(session);
    }

    @OnMessage
    String text(String text, Session session) {
      if (text.startsWith("push ")) {
        int count = Integer.parseInt(text.substring(5));
        String name = "p" + PUSHERS.incrementAndGet();
        Thread thread = new Thread(() -> push(session, name, count), "stress-" + name);
        thread.setDaemon(true);
        thread.start();
        return "pushes:0:" + name;
      }
      int number = Integer.parseInt(text.split(":", 3)[1]);
      if (text.startsWith("e:") && number != last + 1) {
        FAULTS.put("server", number + " after " + last);
      }
      last = number;
      return text;
    }

    private static void push(Session session, String name, int count) {
      SplittableRandom random = new SplittableRandom(name.hashCode());
      try {
        for (int i = 0; i < count; i++) {
          send(session, name + ":" + i + ":" + padding(random), random);
        }
        send(session, name + ":" + count + ":end", random);
      } catch (IOException | IllegalStateException | ExecutionException e) {
        // the session has ended
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void send(Session session, String text, SplittableRandom random)
        throws IOException, InterruptedException, ExecutionException {
      switch (random.nextInt(5)) {
        case 0 -> session.getAsyncRemote().sendText(text).get();
        case 1 -> {
          session.getBasicRemote().sendText(text.substring(0, 1), false);
          session.getBasicRemote().sendText(text.substring(1), true);
        }
        case 2 -> {
          try (Writer writer = session.getBasicRemote().getSendWriter()) {
            writer.write(text, 0, 2);
            writer.flush();
            writer.write(text, 2, text.length() - 2);
          }
        }
        default -> session.getBasicRemote().sendText(text);
      }
    }
  }

  /** Incompressible, mostly short, sometimes as long as a message may be compressed at once. */
  private static String padding(SplittableRandom random) {
    int length = random.nextInt(50) == 0 ? random.nextInt(80_000) : random.nextInt(300);
    StringBuilder text = new StringBuilder(length);
    while (text.length() < length) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    return text.toString();
  }

  /** Checks what arrives, and reads slowly at times. */
  private static final class Client extends Endpoint {
    private final Map<String, Integer> last = new HashMap<>();
    private final Map<String, Boolean> pushers = new ConcurrentHashMap<>();
    private final SplittableRandom random;
    private final CountDownLatch bye = new CountDownLatch(1);
    private int echoes;
    private volatile String closed = "not closed";

    Client(long seed) {
      random = new SplittableRandom(seed);
    }

    @Override
    public void onOpen(Session session, EndpointConfig config) {
      session.addMessageHandler(String.class, this::read);
    }

    private void read(String text) {
      String[] parts = text.split(":", 3);
      String sender = parts[0];
      if (parts.length < 3) {
        FAULTS.put(sender, "not whole: " + text);
        return;
      }
      if (sender.equals("pushes")) {
        pushers.putIfAbsent(parts[2], false);
        return;
      }
      int number = Integer.parseInt(parts[1]);
      Integer before = last.put(sender, number);
      boolean first = before == null && (number == 0 || sender.equals("r"));
      if (!first && (before == null || number != before + 1)) {
        FAULTS.put(sender, number + " after " + before);
      }
      echoes += sender.equals("e") ? 1 : 0;
      if (parts[2].equals("end")) {
        pushers.put(sender, true);
      } else if (parts[2].equals("bye")) {
        bye.countDown();
      }
      if (random.nextInt(500) == 0) {
        pause(random.nextInt(20));
      }
    }

    private static void pause(int millis) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
      closed = reason.toString();
    }
  }

  @ParameterizedTest
  @EnumSource(Configuration.class)
  void whatEachSenderSendsArrivesInOrderWholeAndOnce(
      Configuration configuration, @TempDir Path folder) throws Exception {
    FAULTS.clear();
    try (StressServer stress =
        new StressServer(configuration, folder, Limits.DEFAULT, Server.class)) {
      long deadline = StressServer.deadline(); // once there is an identity, which takes its time
      List<Thread> threads = new ArrayList<>();
      AtomicInteger messages = new AtomicInteger();
      for (int i = 0; i < SESSIONS; i++) {
        long seed = System.nanoTime() + i;
        threads.add(new Thread(() -> live(stress, seed, deadline, messages), "stress-client-" + i));
      }
      threads.add(new Thread(() -> broadcast(deadline), "stress-room"));
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join(TimeUnit.SECONDS.toMillis(StressServer.SECONDS + 120L));
        assertThat(thread.isAlive()).as(thread.getName() + " goes on").isFalse();
      }
      assertThat(FAULTS).isEmpty();
      assertThat(messages.get()).isPositive();
      System.out.printf("order stress, %s: %d echoes%n", configuration, messages.get());
      stress.awaitEnd();
    }
  }

  private static void broadcast(long deadline) {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; !StressServer.isOver(deadline); i++) {
      Room all = room;
      if (all != null) {
        all.send("r:" + i + ":" + padding(random));
      }
      Client.pause(1);
    }
  }

  /** One session after the other: some are ended by a Close or a cut, most say goodbye. */
  private static void live(StressServer stress, long seed, long deadline, AtomicInteger messages) {
    SplittableRandom random = new SplittableRandom(seed);
    try {
      while (!StressServer.isOver(deadline)) {
        Client client = new Client(random.nextLong());
        Session session = stress.connect(client, "/stress/order");
        int sent = 0;
        int most = 200 + random.nextInt(2000);
        while (sent < most && !StressServer.isOver(deadline)) {
          if (random.nextInt(300) == 0) {
            session.getBasicRemote().sendText("push " + random.nextInt(200));
          }
          session.getBasicRemote().sendText("e:" + sent++ + ":" + padding(random));
        }
        if (random.nextInt(4) == 0) {
          session.close();
          continue;
        }
        session.getBasicRemote().sendText("e:" + sent++ + ":bye");
        if (!client.bye.await(60, TimeUnit.SECONDS)) {
          FAULTS.put("e", "no end of seed " + seed + ", " + client.closed);
          return;
        }
        if (client.echoes != sent) {
          FAULTS.put("e", client.echoes + " echoes of " + sent);
        }
        messages.addAndGet(sent);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (client.pushers.containsValue(false)) {
          if (System.nanoTime() - end > 0) {
            FAULTS.put("p", "pushes without an end: " + client.pushers);
            return;
          }
          Client.pause(5);
        }
        session.close();
      }
    } catch (Exception e) {
      FAULTS.put("client", e.toString());
    }
  }
}
