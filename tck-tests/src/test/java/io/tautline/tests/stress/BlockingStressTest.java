package io.tautline.tests.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.connection.Limits;
import io.tautline.tests.stress.StressServer.Configuration;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Handlers that sleep, read streams and send more than is read, with few permits: they are learned
 * and forgotten, wait for permits and give them back, and every message is handled in its order.
 */
class BlockingStressTest {
  private static final Map<String, String> FAULTS = new ConcurrentHashMap<>();

  /** Blocks as it is told to. */
  @ServerEndpoint("/stress/blocking")
  public static class Blocking {
    private static final Random RANDOM = new Random(1);

    private int last = -1;

    @OnMessage
    public String text(String text) throws InterruptedException {
      String[] parts = text.split(":", 2);
      int number = Integer.parseInt(parts[0]);
      if (number != last + 1) {
        FAULTS.put("blocking", number + " after " + last);
      }
      last = number;
      int millis = Integer.parseInt(parts[1]);
      if (millis > 0) {
        Thread.sleep(millis);
      }
      return parts[0];
    }

    @OnMessage
    public void flood(ByteBuffer bytes, Session session) throws IOException {
      try (OutputStream stream = session.getBasicRemote().getSendStream()) {
        for (int i = 0; i < bytes.remaining(); i++) {
          byte[] part = new byte[50_000];
          RANDOM.nextBytes(part); // so much of what can be compressed would be refused
          stream.write(part);
        }
      }
    }
  }

  /** Reads messages while they arrive. */
  @ServerEndpoint("/stress/stream")
  public static class Streaming {
    @OnMessage
    public String read(Reader message) throws IOException {
      int length = 0;
      char[] some = new char[1000];
      for (int n = message.read(some); n >= 0; n = message.read(some)) {
        length += n;
      }
      return Integer.toString(length);
    }
  }

  /** Never blocks. */
  @ServerEndpoint("/stress/quick")
  public static class Quick {
    @OnMessage
    public String text(String text) {
      return text;
    }
  }

  /** Keeps what arrives. */
  private static final class Client extends Endpoint {
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();

    @Override
    public void onOpen(Session session, EndpointConfig config) {
      session.addMessageHandler(String.class, texts::add);
      session.addMessageHandler(
          ByteBuffer.class,
          (part, last) -> {
            if (last) {
              sizes.add(1);
            }
          });
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
      texts.add("closed " + reason.getCloseCode().getCode());
    }

    void expect(String text) throws InterruptedException {
      String next = texts.poll(60, TimeUnit.SECONDS);
      if (!text.equals(next)) {
        FAULTS.put("client", next + " instead of " + text);
      }
    }
  }

  /** What one client does, time and again. */
  @FunctionalInterface
  private interface Round {
    void run(StressServer stress, SplittableRandom random) throws Exception;
  }

  private static void sleeping(StressServer stress, SplittableRandom random) throws Exception {
    Client client = new Client();
    Session session = stress.connect(client, "/stress/blocking");
    int count = 20 + random.nextInt(100);
    boolean slow = random.nextBoolean();
    for (int i = 0; i < count; i++) {
      int millis = slow && random.nextInt(3) == 0 ? random.nextInt(15) : 0;
      session.getBasicRemote().sendText(i + ":" + millis);
    }
    for (int i = 0; i < count; i++) {
      client.expect(Integer.toString(i));
    }
    if (random.nextInt(3) == 0) {
      session.getBasicRemote().sendBinary(ByteBuffer.allocate(1 + random.nextInt(100)));
      if (client.sizes.poll(60, TimeUnit.SECONDS) == null) {
        FAULTS.put("flood", "never came to its end");
      }
    }
    session.close();
  }

  private static void streaming(StressServer stress, SplittableRandom random) throws Exception {
    Client client = new Client();
    Session session = stress.connect(client, "/stress/stream");
    for (int n = 1 + random.nextInt(10); n > 0; n--) {
      int length = 0;
      for (int parts = random.nextInt(6); parts > 0; parts--) {
        int part = random.nextInt(5000);
        session.getBasicRemote().sendText("x".repeat(part), false);
        length += part;
        if (random.nextInt(4) == 0) {
          Thread.sleep(random.nextInt(20));
        }
      }
      if (random.nextInt(20) == 0) {
        break; // in the middle of a message, maybe
      }
      session.getBasicRemote().sendText("", true);
      client.expect(Integer.toString(length));
    }
    session.close();
  }

  private static void quick(StressServer stress, SplittableRandom random) throws Exception {
    Client client = new Client();
    Session session = stress.connect(client, "/stress/quick");
    for (int i = 0; i < 200; i++) {
      session.getBasicRemote().sendText("quick " + i);
      client.expect("quick " + i);
    }
    session.close();
  }

  @ParameterizedTest
  @EnumSource(Configuration.class)
  void everyMessageIsHandledInOrderHoweverManyHandlersBlock(
      Configuration configuration, @TempDir Path folder) throws Exception {
    FAULTS.clear();
    Limits limits =
        Limits.builder().maxBlockedHandlers(6).stallTimeout(Duration.ofSeconds(60)).build();
    try (StressServer stress =
        new StressServer(
            configuration, folder, limits, Blocking.class, Streaming.class, Quick.class)) {
      AtomicInteger rounds = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      long deadline = StressServer.deadline();
      for (int i = 0; i < 18; i++) {
        Round round =
            i % 6 == 5
                ? BlockingStressTest::quick
                : i % 2 == 0 ? BlockingStressTest::sleeping : BlockingStressTest::streaming;
        SplittableRandom random = new SplittableRandom(System.nanoTime() + i);
        threads.add(
            new Thread(
                () -> {
                  try {
                    while (!StressServer.isOver(deadline) && FAULTS.isEmpty()) {
                      round.run(stress, random);
                      rounds.incrementAndGet();
                    }
                  } catch (Exception e) {
                    FAULTS.put(Thread.currentThread().getName(), e.toString());
                  }
                },
                "stress-blocking-" + i));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join(TimeUnit.SECONDS.toMillis(StressServer.SECONDS + 180L));
        assertThat(thread.isAlive()).as(thread.getName() + " goes on").isFalse();
      }
      assertThat(FAULTS).isEmpty();
      stress.awaitEnd();
      System.out.printf("blocking stress, %s: %d rounds%n", configuration, rounds.get());
    }
  }
}
