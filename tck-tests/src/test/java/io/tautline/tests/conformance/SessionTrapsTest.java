package io.tautline.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import io.tautline.tests.Endpoints;
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
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where containers go wrong with sessions: threads, timers, limits, closing. */
class SessionTrapsTest {
  @BeforeEach
  void clear() {
    Log.clear();
  }

  /** Eleven path parameters in every callback, and one that is not there. */
  @ServerEndpoint("/traps/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}/{k}")
  public static class Eleven {
    @OnOpen
    public void open(
        @PathParam("k") String k,
        @PathParam("a") String a,
        @PathParam("b") int b,
        @PathParam("c") long c,
        @PathParam("d") short d,
        @PathParam("e") byte e,
        @PathParam("f") float f,
        @PathParam("g") double g,
        @PathParam("h") char h,
        @PathParam("i") boolean i,
        @PathParam("j") Integer j) {
      Log.add("open " + a + (b + c + d + e + f + g) + h + i + j + k);
    }

    @OnMessage
    public void message(@PathParam("i") Boolean i, String text, @PathParam("g") Double g) {
      Log.add("message " + text + i + g);
      throw new IllegalStateException("for onError");
    }

    @OnError
    public void error(@PathParam("h") Character h, Throwable error, @PathParam("e") Byte e) {
      Log.add("error " + h + e);
    }

    @OnClose
    public void close(@PathParam("c") Long c, @PathParam("f") Float f, @PathParam("d") Short d) {
      Log.add("close " + c + f + d);
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts("TRAP-5")
  void everyCallbackGetsItsPathParameters(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Eleven.class)) {
      Peer peer = Peer.connect(server, "/traps/x/1/2/3/4/5.5/6/y/true/7/z");
      Log.expect("open x21.5ytrue7z");
      peer.send("hi");
      Log.expect("message hitrue6.0");
      Log.expect("error y4");
      peer.close();
      Log.expect("close 25.53");
    }
  }

  /** Waits within onMessage for its own send. */
  @ServerEndpoint("/traps/wait")
  public static class Waiting {
    @OnMessage
    public void message(String text, Session session) throws Exception {
      session.getAsyncRemote().sendText("first " + text).get(10, TimeUnit.SECONDS);
      session.getAsyncRemote().sendText("second " + text).get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  @Asserts("TRAP-9")
  void aHandlerCanWaitForItsOwnSends() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Waiting.class);
        Peer peer = Peer.connect(server, "/traps/wait")) {
      peer.send("x").expect("first x");
      peer.expect("second x");
    }
  }

  /** Says everything back. */
  @ServerEndpoint("/traps/echo")
  public static class Echo {
    @OnMessage
    public String text(String text) {
      return text;
    }
  }

  @Test
  @Asserts("TRAP-10")
  void aClientHandlerCanWaitForAMessageOfAnotherSession() throws Exception {
    try (TautlineServer server =
            TautlineServer.builder().port(0).loops(1).endpoints(Echo.class).start();
        Peer other = Peer.connect(server, "/traps/echo")) {
      CompletableFuture<String> outcome = new CompletableFuture<>();
      Endpoint waiting =
          new Endpoint() {
            @Override
            public void onOpen(Session session, EndpointConfig config) {
              session.addMessageHandler(String.class, text -> outcome.complete(hear()));
            }

            private String hear() {
              try {
                other.send("from another");
                return other.next();
              } catch (IOException | InterruptedException e) {
                return String.valueOf(e);
              }
            }
          };
      Session session =
          server
              .container()
              .connectToServer(
                  waiting,
                  ClientEndpointConfig.Builder.create().build(),
                  URI.create("ws://localhost:" + server.port() + "/traps/echo"));
      session.getBasicRemote().sendText("go");
      assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo("from another");
    }
  }

  /** Takes five characters and tells how it ends. */
  @ServerEndpoint("/traps/five")
  public static class Five {
    @OnMessage(maxMessageSize = 5)
    public String text(String text) {
      return text;
    }

    @OnClose
    public void close(CloseReason reason) {
      Log.add("server " + reason.getCloseCode().getCode());
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts("TRAP-11")
  void bothSidesLearnOf1009(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Five.class)) {
      Peer peer = Peer.connect(server, "/traps/five");
      peer.send("123456").expect("close 1009");
      Log.expect("server 1009");
    }
  }

  /** Goes after a while of silence. */
  @ServerEndpoint("/traps/idle")
  public static class Idle {
    @OnOpen
    public void open(Session session) {
      session.setMaxIdleTimeout(400);
    }

    @OnMessage
    public void text(String text, Session session) throws IOException {
      session.getBasicRemote().sendPing(ByteBuffer.allocate(0));
    }

    @OnClose
    public void close(CloseReason reason) {
      Log.add("server " + reason.getCloseCode().getCode());
    }
  }

  @Test
  @Asserts("TRAP-12")
  void idleTimeIsOverWith1006HereAndSomethingElseOnTheWire() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Idle.class)) {
      Peer peer = Peer.connect(server, "/traps/idle");
      Log.expect("server 1006");
      assertThat(peer.next()).startsWith("close ").isNotEqualTo("close 1005");
    }
  }

  @Test
  @Asserts("TRAP-13")
  void pingsAndPongsAreSignsOfLifeAndOfLimitedLength() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Idle.class)) {
      Peer peer = Peer.connect(server, "/traps/idle");
      var remote = peer.session().getBasicRemote();
      await()
          .pollInterval(Duration.ofMillis(100))
          .during(Duration.ofMillis(1200))
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                remote.sendPong(ByteBuffer.allocate(1));
                return peer.session().isOpen();
              });
      for (int size : new int[] {126, 1000}) {
        assertThatThrownBy(() -> remote.sendPing(ByteBuffer.allocate(size)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("at most 125 fit");
        assertThatThrownBy(() -> remote.sendPong(ByteBuffer.allocate(size)))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> remote.sendPing(null)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> remote.sendPong(null)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** Sends when it is too late. */
  @ServerEndpoint("/traps/late")
  public static class Late {
    @OnMessage
    public String text(String text) {
      return text;
    }

    @OnClose
    public void close(Session session, CloseReason reason) throws IOException {
      Log.add("close " + reason.getCloseCode().getCode() + " " + reason.getReasonPhrase());
      session.getBasicRemote().sendText("too late");
    }

    @OnError
    public void error(Throwable error) {
      Log.add("error, illegal state " + (error instanceof IllegalStateException));
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts("TRAP-14")
  void codeAndReasonAreCarriedAndASendInOnCloseHarmsNobody(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Late.class)) {
      Peer peer = Peer.connect(server, "/traps/late");
      peer.session()
          .close(new CloseReason(CloseReason.CloseCodes.getCloseCode(4321), "I have to go"));
      Log.expect("close 4321 I have to go");
      Log.expect("error, illegal state true");
      peer.expect("close 4321");
      try (Peer next = Peer.connect(server, "/traps/late")) {
        next.send("well").expect("well");
      }
    }
  }

  /** Compares its id with itself. */
  @ServerEndpoint("/traps/id")
  public static class Id {
    @OnMessage
    public boolean same(String text, Session session) {
      return System.identityHashCode(session.getId()) == System.identityHashCode(session.getId());
    }
  }

  /** The TCK compares ids by identity. */
  @Test
  void theIdIsTheSameStringEachTime() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Id.class);
        Peer peer = Peer.connect(server, "/traps/id")) {
      peer.send("?").expect("true");
    }
  }

  /** Counts itself. */
  @ServerEndpoint("/traps/open")
  public static class Open {
    @OnOpen
    public void open(Session session) {
      Log.add(session.getOpenSessions().size() + " " + session.getOpenSessions().contains(session));
    }

    @OnClose
    public void close(Session session) {
      Log.add("left " + session.getOpenSessions().size());
    }
  }

  @Test
  @Asserts("TRAP-15")
  void openSessionsAreThoseOfTheEndpointNeitherMoreNorLess() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Open.class, Echo.class);
        Peer elsewhere = Peer.connect(server, "/traps/echo")) {
      Peer one = Peer.connect(server, "/traps/open");
      Log.expect("1 true");
      Peer two = Peer.connect(server, "/traps/open");
      Log.expect("2 true");
      one.close();
      Log.expect("left 1");
      two.close();
      Log.expect("left 0");
      assertThat(elsewhere.session().isOpen()).isTrue();
    }
  }

  @Test
  void anIdleTimeoutMayBeAsLongAsCanBe() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Endpoints.Echo.class)) {
      CompletableFuture<Session> opened = new CompletableFuture<>();
      server.container().setDefaultMaxSessionIdleTimeout(Long.MAX_VALUE);
      Endpoint endpoint =
          new Endpoint() {
            @Override
            public void onOpen(Session session, EndpointConfig config) {
              opened.complete(session);
            }
          };
      server
          .container()
          .connectToServer(
              endpoint,
              ClientEndpointConfig.Builder.create().build(),
              URI.create("ws://localhost:" + server.port() + "/echo"));
      Session session = opened.get(10, TimeUnit.SECONDS);
      assertThat(session.isOpen()).isTrue();
      session.setMaxIdleTimeout(Long.MAX_VALUE - 1);
      assertThat(session.getMaxIdleTimeout()).isEqualTo(Long.MAX_VALUE - 1);
    }
  }
}
