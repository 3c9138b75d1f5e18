package io.tautline.tests.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.Certificates;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.tests.Identity;
import io.tautline.tests.abuse.FaultProxy.Cut;
import io.tautline.tests.abuse.FaultProxy.Fault;
import io.tautline.tests.abuse.FaultProxy.Kind;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What networks do, at every place of a conversation between our client and our server: both are
 * told of the end once and soon, nothing is left behind, and a neighbour is served meanwhile.
 */
class FaultTest {
  private static final Limits LIMITS =
      Limits.builder()
          .handshakeTimeout(Duration.ofSeconds(3))
          .pingInterval(Duration.ofMillis(500))
          .deadAfter(Duration.ofSeconds(2))
          .stallTimeout(Duration.ofSeconds(2))
          .closeTimeout(Duration.ofSeconds(1))
          .build();

  /** Masked frames of "he", "llo" and a Close with a code. */
  private static final int FRAMES_TO_SERVER = (6 + 2) + (6 + 3) + (6 + 2);

  /** What was told to the server's endpoint, by the name of the conversation. */
  private static final ConcurrentMap<String, List<String>> TOLD = new ConcurrentHashMap<>();

  private static final AtomicInteger CONVERSATIONS = new AtomicInteger();

  @TempDir static Path folder;
  private static SSLContext trusting;
  private static TautlineServer plain;
  private static TautlineServer tls;
  private static TautlineServer client;
  private static ExecutorService pool;

  /** Echoes, and notes what it is told. */
  @ServerEndpoint("/fault/{name}")
  public static class Noting {
    private static void note(String name, String what) {
      TOLD.computeIfAbsent(name, key -> Collections.synchronizedList(new ArrayList<>())).add(what);
    }

    @OnOpen
    public void open(@PathParam("name") String name) {
      note(name, "open");
    }

    @OnMessage
    public String text(String text) {
      return text;
    }

    @OnClose
    public void close(CloseReason reason, @PathParam("name") String name) {
      note(name, "close " + reason.getCloseCode().getCode());
    }

    @OnError
    public void error(Throwable fault, @PathParam("name") String name) {
      if (!(fault instanceof IOException)) {
        note(name, "error " + fault);
      }
    }
  }

  /** Our client, which notes the same. */
  private static final class Speaker extends Endpoint {
    final List<String> told = Collections.synchronizedList(new ArrayList<>());
    final CountDownLatch answered = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public void onOpen(Session session, EndpointConfig config) {
      told.add("open");
      session.addMessageHandler(
          String.class,
          text -> {
            told.add("text of " + text.length());
            answered.countDown();
          });
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
      told.add("close " + reason.getCloseCode().getCode());
      answered.countDown();
      closed.countDown();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    Identity identity = Identity.of(folder, "dns:localhost,ip:127.0.0.1", "EC");
    SSLContext context = Certificates.fromPem(identity.chain(), identity.key());
    trusting = Certificates.trusting(identity.chain());
    plain = server().start();
    tls = server().tls(context).start();
    client = TautlineServer.builder().port(0).endpoints().limits(LIMITS).start();
    pool = Executors.newFixedThreadPool(16);
  }

  private static TautlineServer.Builder server() {
    return TautlineServer.builder().port(0).endpoints(Noting.class).limits(LIMITS);
  }

  @AfterAll
  static void stop() {
    pool.shutdownNow();
    plain.close();
    tls.close();
    client.close();
  }

  /** Lets a client and a server talk by a proxy; returns what the proxy passed on each way. */
  private static int[] converse(boolean secure, int size, Fault fault, Cut cut) throws Exception {
    String name = "conversation" + CONVERSATIONS.incrementAndGet();
    Speaker speaker = new Speaker();
    ClientEndpointConfig config =
        ClientEndpointConfig.Builder.create().sslContext(trusting).build();
    try (FaultProxy proxy = new FaultProxy((secure ? tls : plain).port(), fault, cut)) {
      URI uri =
          URI.create((secure ? "wss" : "ws") + "://localhost:" + proxy.port() + "/fault/" + name);
      try {
        Session session = client.container().connectToServer(speaker, config, uri);
        session.getBasicRemote().sendText("he", false);
        session.getBasicRemote().sendText("l".repeat(size) + "lo", true);
        assertThat(speaker.answered.await(10, TimeUnit.SECONDS)).isTrue();
        session.close();
      } catch (IOException | IllegalStateException | DeploymentException e) {
        assertThat(fault).as("what may fail: %s", e).isNotEqualTo(Fault.NONE);
      }
      if (speaker.told.contains("open")) {
        assertThat(speaker.closed.await(10, TimeUnit.SECONDS)).isTrue();
      }
      check(speaker.told, fault);
      // The bytes of TLS are not always as many, so its last fault may come too late.
      assertThat(proxy.happened() || secure).isEqualTo(!fault.equals(Fault.NONE) || secure);
      if (fault.equals(Fault.NONE)) {
        await().until(() -> TOLD.getOrDefault(name, List.of()).contains("close 1000"));
        assertThat(speaker.told).containsExactly("open", "text of " + (size + 4), "close 1000");
        assertThat(TOLD.get(name)).containsExactly("open", "close 1000");
      }
      return new int[] {proxy.passed(false), proxy.passed(true)};
    }
  }

  private static void check(List<String> told, Object fault) {
    List<String> ends = told.stream().filter(one -> one.startsWith("close")).toList();
    assertThat(told).as("%s", fault).noneMatch(one -> one.startsWith("error"));
    assertThat(ends).as("%s", fault).hasSize(told.contains("open") ? 1 : 0);
    assertThat(ends)
        .as("%s", fault)
        .allMatch(one -> List.of("close 1000", "close 1006").contains(one));
    if (!ends.isEmpty()) {
      assertThat(told.get(told.size() - 1)).as("the last it is told").isEqualTo(ends.get(0));
    }
  }

  /** Has all of these happen, sixteen at a time, beside a neighbour who talks on. */
  private static void all(boolean secure, List<Fault> faults) throws Exception {
    long before = Usage.openFiles();
    int known = CONVERSATIONS.get();
    AtomicBoolean over = new AtomicBoolean();
    Future<Integer> neighbour = pool.submit(() -> talkUntil(over, secure));
    List<Future<int[]>> conversations = new ArrayList<>();
    for (Fault fault : faults) {
      conversations.add(pool.submit(() -> converse(secure, 1, fault, Cut.NONE)));
    }
    for (Future<int[]> conversation : conversations) {
      conversation.get(60, TimeUnit.SECONDS);
    }
    over.set(true);
    assertThat(neighbour.get(10, TimeUnit.SECONDS)).isPositive();
    await().until(() -> plain.connections() + tls.connections() + client.connections() == 0);
    for (int i = known + 1; i <= CONVERSATIONS.get(); i++) {
      check(TOLD.getOrDefault("conversation" + i, List.of()), "conversation " + i);
    }
    await().until(() -> Usage.openFiles() <= before + 5); // the JDK opens some of its own
  }

  private static int talkUntil(AtomicBoolean over, boolean secure) throws Exception {
    int said = 0;
    while (!over.get()) {
      converse(secure, 1, Fault.NONE, Cut.NONE);
      said++;
    }
    return said;
  }

  /** Returns both totals of a conversation without a fault: to the client, to the server. */
  private static int[] lengths(boolean secure) throws Exception {
    return converse(secure, 1, Fault.NONE, Cut.NONE);
  }

  @ParameterizedTest
  @CsvSource({"RESET", "END"})
  void anEndAtEveryByteIsNoticedByBoth(Kind kind) throws Exception {
    int[] lengths = lengths(false);
    List<Fault> faults = new ArrayList<>();
    for (boolean toServer : new boolean[] {false, true}) {
      for (int at = 0; at < lengths[toServer ? 1 : 0]; at++) {
        faults.add(new Fault(kind, toServer, at));
      }
    }
    all(false, faults);
  }

  @ParameterizedTest
  @CsvSource({"STALL", "BLACK_HOLE"})
  void silenceAtEveryPlaceIsNoticedByBoth(Kind kind) throws Exception {
    int[] lengths = lengths(false);
    int head = lengths[1] - FRAMES_TO_SERVER - 1;
    List<Fault> faults = new ArrayList<>();
    faults.add(new Fault(kind, true, head / 2));
    faults.add(new Fault(kind, false, 0)); // between the head and the 101
    faults.add(new Fault(kind, false, lengths[0] / 3));
    faults.add(new Fault(kind, true, head));
    faults.add(new Fault(kind, true, head + 1)); // in a frame's header
    faults.add(new Fault(kind, true, head + 7)); // in its payload
    faults.add(new Fault(kind, true, head + 8)); // between fragments
    faults.add(new Fault(kind, false, lengths[0] - 5)); // before the echo is complete
    faults.add(new Fault(kind, false, lengths[0] - 4)); // before the Close
    faults.add(new Fault(kind, true, lengths[1] - 4)); // within the Close
    all(false, faults);
  }

  @ParameterizedTest
  @CsvSource({"RESET", "END", "STALL", "BLACK_HOLE"})
  void tlsMakesNoDifference(Kind kind) throws Exception {
    int[] lengths = lengths(true);
    List<Fault> faults = new ArrayList<>();
    for (boolean toServer : new boolean[] {false, true}) {
      int length = lengths[toServer ? 1 : 0];
      int places = kind == Kind.RESET || kind == Kind.END ? 100 : 12;
      for (int place = 0; place < places; place++) {
        faults.add(new Fault(kind, toServer, (int) ((long) length * place / places)));
      }
    }
    all(true, faults);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100, 5000})
  void howeverBytesAreCutAndDelayedTheyMeanTheSame(int most) throws Exception {
    for (boolean secure : new boolean[] {false, true}) {
      for (int size : new int[] {0, 200, 5_000}) {
        converse(secure, size, Fault.NONE, new Cut(most, most < 100 ? 0 : 1000));
      }
    }
  }
}
