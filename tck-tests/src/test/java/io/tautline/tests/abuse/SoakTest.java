package io.tautline.tests.abuse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Connections that join, chat, leave, stall and die. Every message is delivered or its sender is
 * told; nothing grows. {@code -Psoak} has 2000 of them for ten minutes.
 */
class SoakTest {
  private static final int SECONDS = Integer.getInteger("soak.seconds", 5);
  private static final int CONNECTIONS = Integer.getInteger("soak.connections", 200);
  private static final int OF_A_ROOM = 20;

  /** One in so many never reads, and is reset after a while. */
  private static final int ONE_STALLS_OF = 10;

  private static final AtomicLong ACCEPTED = new AtomicLong();
  private static final AtomicLong WRITTEN = new AtomicLong();
  private static final AtomicLong FAILED = new AtomicLong();
  private static final AtomicInteger ENDS = new AtomicInteger();
  private static final AtomicInteger OPENINGS = new AtomicInteger();

  /** Says what one says to all in the room. */
  @ServerEndpoint("/soak/{room}")
  public static class Talk {
    private static final ConcurrentMap<String, Set<Talk>> ROOMS = new ConcurrentHashMap<>();

    private Session session;
    private long accepted;

    @OnOpen
    public void open(Session opened, @PathParam("room") String room) {
      OPENINGS.incrementAndGet();
      session = opened;
      ROOMS.computeIfAbsent(room, key -> ConcurrentHashMap.newKeySet()).add(this);
    }

    @OnMessage
    public void said(String text, @PathParam("room") String room) {
      if (text.equals("leave")) {
        long count;
        synchronized (this) {
          ROOMS.get(room).remove(this);
          count = accepted;
          accepted = -1;
        }
        session.getAsyncRemote().sendText("bye " + count);
      } else {
        ROOMS.get(room).forEach(member -> member.send(text));
      }
    }

    private synchronized void send(String text) {
      if (accepted < 0) {
        return;
      }
      try {
        session
            .getAsyncRemote()
            .sendText(
                text,
                result -> (result.getException() == null ? WRITTEN : FAILED).incrementAndGet());
        accepted++;
        ACCEPTED.incrementAndGet();
      } catch (IllegalStateException e) {
        // it has been closed meanwhile: nothing was accepted
      }
    }

    @OnClose
    public void close(@PathParam("room") String room) {
      ENDS.incrementAndGet();
      ROOMS.get(room).remove(this);
    }
  }

  /** Someone who means well, and counts. */
  private static final class Person extends Endpoint {
    private final CountDownLatch left = new CountDownLatch(1);
    private long heard;
    private volatile String fault = "";
    private volatile Session session;

    @Override
    public void onOpen(Session opened, EndpointConfig config) {
      opened.addMessageHandler(String.class, this::hear);
      session = opened;
    }

    private void hear(String text) {
      if (!text.startsWith("bye ")) {
        heard++;
        return;
      }
      if (heard != Long.parseLong(text.substring(4))) {
        fault = "heard " + heard + " of " + text;
      }
      left.countDown();
    }

    @Override
    public void onClose(Session closed, CloseReason reason) {
      if (left.getCount() > 0) {
        fault = "closed " + reason;
        left.countDown();
      }
    }
  }

  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Person> people = new ArrayList<>();
  private final List<Person> leaving = new ArrayList<>();
  private final List<RawSocket> stalled = new ArrayList<>();
  private TautlineServer server;
  private TautlineServer client;

  /** Talks at length in the room where most of those are who never read. */
  private Person loud;

  private String room() {
    return "/soak/" + random.nextInt(CONNECTIONS / OF_A_ROOM);
  }

  private Person join(String room) throws Exception {
    Person person = new Person();
    URI uri = URI.create("ws://localhost:" + server.port() + room);
    client.container().connectToServer(person, ClientEndpointConfig.Builder.create().build(), uri);
    return person;
  }

  /** Joins the loud room, mostly, and never reads. */
  private RawSocket stall() throws IOException {
    RawSocket peer = new RawSocket(server.port());
    peer.receiveLittle();
    String room = random.nextInt(4) == 0 ? room() : "/soak/0";
    peer.send(AbuseCase.request("").replace("/abuse", room).getBytes(US_ASCII));
    return peer;
  }

  /** A hundredth of a second of life. */
  private void live(int tick) throws Exception {
    int most = people.size();
    for (int i = 0; i < 4; i++) {
      Person speaker = people.get(random.nextInt(most));
      String text = "x".repeat(random.nextInt(random.nextInt(20) == 0 ? 20_000 : 200));
      speaker.session.getAsyncRemote().sendText("." + text);
    }
    if (tick % 2 == 0) {
      loud.session.getAsyncRemote().sendText("." + "x".repeat(30_000));
    }
    if (tick % 5 == 0) {
      int who = random.nextInt(most);
      Person person = people.set(who, join(room()));
      leaving.add(person);
      person.session.getBasicRemote().sendText("leave");
    }
    if (tick % 10 == 0) {
      stalled.set(random.nextInt(stalled.size()), stall()).reset();
    }
    for (Person person : List.copyOf(leaving)) {
      if (person.left.await(0, TimeUnit.SECONDS)) {
        leaving.remove(person);
        assertThat(person.fault).isEmpty();
        person.session.close();
      }
    }
  }

  @Test
  void nothingGrowsAndEveryMessageIsDeliveredOrItsSenderIsTold() throws Exception {
    Limits limits =
        Limits.builder().stallTimeout(Duration.ofSeconds(5)).maxQueuedBytes(64 * 1024).build();
    server = TautlineServer.builder().port(0).endpoints(Talk.class).limits(limits).start();
    client = TautlineServer.builder().port(0).endpoints().start();
    try {
      soak();
    } finally {
      server.close();
      client.close();
    }
  }

  private void soak() throws Exception {
    Usage before = Usage.now();
    loud = join("/soak/0");
    for (int i = 0; i < CONNECTIONS; i++) {
      if (i % ONE_STALLS_OF == 0) {
        stalled.add(stall());
      } else {
        people.add(join(room()));
      }
    }
    List<Usage> samples = new ArrayList<>();
    long began = System.nanoTime();
    int ticks = SECONDS * 100;
    for (int tick = 0; tick < ticks; tick++) {
      live(tick);
      if (tick % (ticks / 10) == ticks / 10 - 1) {
        samples.add(Usage.now());
      }
      long due = began + TimeUnit.MILLISECONDS.toNanos(10L * tick) - System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(Math.max(0, due));
    }
    end();
    Usage after = Usage.now();
    System.out.printf(
        "soak: %d connections, %d messages accepted, %d written, %d failed and told%n"
            + "before %s%nduring %s%nafter %s%n",
        OPENINGS.get(), ACCEPTED.get(), WRITTEN.get(), FAILED.get(), before, samples, after);
    check(before, samples, after);
  }

  private void end() throws Exception {
    for (Person person : people) {
      person.session.getBasicRemote().sendText("leave");
    }
    loud.session.getBasicRemote().sendText("leave");
    leaving.addAll(people);
    leaving.add(loud);
    for (Person person : leaving) {
      assertThat(person.left.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(person.fault).isEmpty();
      person.session.close();
    }
    for (RawSocket peer : stalled) {
      peer.reset();
    }
    people.clear();
    leaving.clear();
    stalled.clear();
    await().atMost(Duration.ofSeconds(30)).until(() -> server.connections() == 0);
    await().until(() -> ENDS.get() == OPENINGS.get());
    await().until(() -> WRITTEN.get() + FAILED.get() == ACCEPTED.get());
  }

  private static void check(Usage before, List<Usage> samples, Usage after) {
    assertThat(ACCEPTED.get()).isGreaterThan(SECONDS * 1000L);
    assertThat(FAILED.get()).as("messages for those who never read").isPositive();
    // The second sample is the first in which every kind of connection has come and gone.
    Usage early = samples.get(1);
    Usage late = samples.get(samples.size() - 1);
    long slack = Math.max(16 << 20, early.heapBytes() / 4);
    assertThat(late.heapBytes()).as("live heap").isLessThan(early.heapBytes() + slack);
    assertThat(late.files()).as("files").isLessThan(early.files() + CONNECTIONS / 10);
    assertThat(late.threads()).as("threads").isLessThan(early.threads() + 20);
    assertThat(after.files()).as("files in the end").isLessThanOrEqualTo(before.files() + 5);
    assertThat(after.heapBytes()).as("heap in the end").isLessThan(before.heapBytes() + (16 << 20));
  }
}
