package io.tautline.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.boot.TautlineServer;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Chapters 2 and 5.1: what is called when, by how many threads, with what. */
class LifecycleConformanceTest {
  @BeforeEach
  void clear() {
    Log.clear();
  }

  /** Logs its life. */
  @ServerEndpoint("/conformance/life")
  public static class Life {
    private static volatile CountDownLatch opening = new CountDownLatch(0);

    @OnOpen
    public void open(Session session) throws InterruptedException {
      assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
      session.getUserProperties().put("greeting", "hello");
      Log.add("open " + session.isOpen());
    }

    @OnMessage
    public @Nullable String message(String text, Session session) throws IOException {
      if (text.equals("close")) {
        session.close();
        return null;
      }
      if (text.equals("fail")) {
        throw new IllegalStateException("failed");
      }
      return System.identityHashCode(this) + " " + session.getId();
    }

    @OnMessage
    public void pong(PongMessage pong) {
      Log.add("pong " + pong.getApplicationData().remaining());
    }

    @OnClose
    public void close(Session session, CloseReason reason) {
      Log.add(
          "close "
              + reason.getCloseCode().getCode()
              + " "
              + session.getUserProperties().get("greeting")
              + " "
              + session.isOpen());
      if (reason.getReasonPhrase().equals("fail")) {
        throw new IllegalStateException("in close");
      }
    }

    @OnError
    public void error(Session session, Throwable error) {
      Log.add("error " + error.getMessage() + " " + (session != null));
    }
  }

  private static TautlineServer life(Binding binding) throws Exception {
    return Servers.start(binding, Life.class);
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts({"WSC-2.1.1-1", "WSC-2.1.2-1", "WSC-2.1.2-3", "WSC-5.1-1", "WSC-3.1.7-2", "WSC-2.2.3-1"})
  void eachPeerHasItsInstanceAndItsSession(Binding binding) throws Exception {
    try (TautlineServer server = life(binding)) {
      Set<String> instances = new HashSet<>();
      Set<String> sessions = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        try (Peer peer = Peer.connect(server, "/conformance/life")) {
          assertThat(sessions.add(peer.session().getId())).isTrue();
          String said = new Said(peer).after("who").replaceFirst(" .*", "");
          assertThat(new Said(peer).after("again")).startsWith(said + " ");
          instances.add(said);
        }
      }
      assertThat(instances).hasSizeGreaterThan(1);
    }
  }

  /** Asks a peer's server and returns the answer. */
  private record Said(Peer peer) {
    String after(String question) throws Exception {
      CountDownLatch heard = new CountDownLatch(1);
      String[] answer = new String[1];
      peer.session().getMessageHandlers().forEach(peer.session()::removeMessageHandler);
      peer.session()
          .addMessageHandler(
              String.class,
              text -> {
                answer[0] = text;
                heard.countDown();
              });
      peer.send(question);
      assertThat(heard.await(10, TimeUnit.SECONDS)).isTrue();
      return answer[0];
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts({
    "WSC-2.1.5-1",
    "WSC-2.1.2-2",
    "WSC-2.2.2-1",
    "WSC-4.4-1",
    "WSC-4.4-2",
    "WSC-4.5-1",
    "WSC-4.5-2"
  })
  void onCloseComesWhoeverCloses(Binding binding) throws Exception {
    try (TautlineServer server = life(binding)) {
      Peer byPeer = Peer.connect(server, "/conformance/life");
      Log.expect("open true");
      byPeer.session().close(new CloseReason(CloseReason.CloseCodes.getCloseCode(4001), ""));
      Log.expect("close 4001 hello false");
      byPeer.expect("close 4001");

      Peer byServer = Peer.connect(server, "/conformance/life");
      Log.expect("open true");
      byServer.send("close").expect("close 1000");
      Log.expect("close 1000 hello false");

      Peer.connect(server, "/conformance/life");
      Log.expect("open true");
    }
    Log.expect("close 1001 hello false");
  }

  @Test
  @Asserts({"WSC-5.1-3", "WSC-5.1-2", "WSC-5.1-4"})
  void onCloseWaitsForOnOpenAndMessagesForEachOther() throws Exception {
    Life.opening = new CountDownLatch(1);
    try (TautlineServer server = life(Binding.GENERATED)) {
      Peer peer = Peer.connect(server, "/conformance/life");
      peer.send("early");
      peer.session().close();
      Life.opening.countDown();
      Log.expect("open true");
      Log.expect("close 1000 hello false");
    } finally {
      Life.opening.countDown();
    }
  }

  /** Notices when two threads are in it at once. */
  @ServerEndpoint("/conformance/serial")
  public static class Serial {
    private int inside;

    @OnMessage
    public int message(String text) throws InterruptedException {
      int now = ++inside;
      Thread.yield();
      if (text.endsWith("7")) {
        new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS); // long enough to be set aside
      }
      inside--;
      return now;
    }
  }

  @Test
  @Asserts({"WSC-5.1-2", "WSC-5.1-4"})
  void neverTwoThreadsInOneInstance() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Serial.class);
        Peer peer = Peer.connect(server, "/conformance/serial")) {
      for (int i = 0; i < 300; i++) {
        peer.send("m" + i);
      }
      for (int i = 0; i < 300; i++) {
        peer.expect("1");
      }
    }
  }

  /** Tells each part. */
  @ServerEndpoint("/conformance/parts")
  public static class Parts {
    @OnMessage
    public void part(String part, boolean last) {
      Log.add(part + (last ? "." : ""));
    }
  }

  @Test
  @Asserts("WSC-5.1.5")
  void partsComeInOrder() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Parts.class);
        Peer peer = Peer.connect(server, "/conformance/parts")) {
      for (int i = 0; i < 50; i++) {
        peer.session().getBasicRemote().sendText("p" + i, i % 10 == 9);
      }
      for (int i = 0; i < 50; i++) {
        Log.expect("p" + i + (i % 10 == 9 ? "." : ""));
      }
    }
  }

  @Test
  @Asserts({"WSC-2.2.5-1", "WSC-2.2.5-2"})
  void pingsAreAnsweredAndPongsDelivered() throws Exception {
    try (TautlineServer server = life(Binding.GENERATED);
        Peer peer = Peer.connect(server, "/conformance/life")) {
      Log.expect("open true");
      peer.session().getBasicRemote().sendPing(ByteBuffer.allocate(7));
      peer.expect("pong 7");
      peer.session().getBasicRemote().sendPong(ByteBuffer.allocate(3));
      Log.expect("pong 3");
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts({"WSC-2.2.4-1", "WSC-4.6-1", "WSC-4.6-2", "WSC-5.2.2-1", "WSC-5.2.2-2", "WSC-4.5-3"})
  void errorsReachOnErrorAndTheSessionLives(Binding binding) throws Exception {
    try (TautlineServer server = life(binding)) {
      Peer peer = Peer.connect(server, "/conformance/life");
      Log.expect("open true");
      peer.send("fail");
      Log.expect("error failed true");
      assertThat(new Said(peer).after("still there")).isNotEmpty();
      peer.session().close(new CloseReason(CloseReason.CloseCodes.NORMAL_CLOSURE, "fail"));
      Log.expect("close 1000 hello false");
      Log.expect("error in close true");
    }
  }

  @Test
  @Asserts({"WSC-2.1.3-1", "WSC-2.1.3-2"})
  void oneHandlerForEachKind() throws Exception {
    try (TautlineServer server = life(Binding.GENERATED);
        Peer peer = Peer.connect(server, "/conformance/life")) {
      assertThat(peer.session().getMessageHandlers()).hasSize(3);
      assertThatThrownBy(() -> peer.session().addMessageHandler(String.class, text -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("handler for text messages already");
      assertThatThrownBy(() -> peer.session().addMessageHandler(byte[].class, bytes -> {}))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> peer.session().addMessageHandler(PongMessage.class, pong -> {}))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  /** Tells which container it is in. */
  public static class Programmatic extends Endpoint {
    @Override
    public void onOpen(Session session, EndpointConfig config) {
      Log.add("container " + System.identityHashCode(session.getContainer()));
    }
  }

  @Test
  @Asserts({"WSC-2.1.7-1", "WSC-2.1.1-1"})
  void oneContainerForAllEndpoints() throws Exception {
    try (TautlineServer server = TautlineServer.builder().port(0).endpoints().start()) {
      for (String path : new String[] {"/p", "/q"}) {
        server
            .container()
            .addEndpoint(ServerEndpointConfig.Builder.create(Programmatic.class, path).build());
      }
      String expected = "container " + System.identityHashCode(server.container());
      for (String path : new String[] {"/p", "/q", "/p"}) {
        try (Peer peer = Peer.connect(server, path)) {
          Log.expect(expected);
          assertThat(peer.session().getContainer()).isSameAs(server.container());
        }
      }
    }
  }

  /**
   * Jakarta WebSocket, Session.getUserProperties: a copy of the configuration's, for each session.
   */
  @Test
  void userPropertiesAreEachSessionsOwn() throws Exception {
    ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
    config.getUserProperties().put("given", "to all");
    try (TautlineServer server = Servers.start(Binding.GENERATED, Life.class);
        Peer one = Peer.connect(server, "/conformance/life", config);
        Peer two = Peer.connect(server, "/conformance/life", config)) {
      one.session().getUserProperties().put("mine", 1);
      assertThat(one.session().getUserProperties()).containsEntry("given", "to all");
      assertThat(two.session().getUserProperties()).containsOnlyKeys("given");
      assertThat(config.getUserProperties()).containsOnlyKeys("given");
    }
  }
}
