package io.tautline.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import io.tautline.tests.Sources;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DecodeException;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Encoder;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Chapter 4: what annotations mean. */
class AnnotationConformanceTest {
  @BeforeEach
  void clear() {
    Log.clear();
  }

  /** A thing that coders know. */
  public static class Thing {
    final String text;

    Thing(String text) {
      this.text = text;
    }
  }

  /** A kind of thing. */
  public static class SmallThing extends Thing {
    SmallThing(String text) {
      super(text);
    }
  }

  /** Refuses what does not begin with its sign, and logs what it is asked. */
  public abstract static class Picky implements Decoder.Text<Thing> {
    private final String sign;

    Picky(String sign) {
      this.sign = sign;
    }

    @Override
    public void init(EndpointConfig config) {
      Log.add("init " + sign);
    }

    @Override
    public void destroy() {
      Log.add("destroy " + sign);
    }

    @Override
    public boolean willDecode(String text) {
      Log.add("will " + sign);
      return text.startsWith(sign);
    }

    @Override
    public Thing decode(String text) throws DecodeException {
      if (text.endsWith("!")) {
        throw new DecodeException(text, "not so loud");
      }
      return new Thing(sign + " decoded " + text);
    }
  }

  /** Takes what begins with a plus sign. */
  public static class Plus extends Picky {
    /** For the container. */
    public Plus() {
      super("+");
    }
  }

  /** Takes what begins with a minus sign. */
  public static class Minus extends Picky {
    /** For the container. */
    public Minus() {
      super("-");
    }
  }

  /** Writes things. */
  public static class ThingEncoder implements Encoder.Text<Thing> {
    @Override
    public void init(EndpointConfig config) {
      Log.add("init encoder");
    }

    @Override
    public void destroy() {
      Log.add("destroy encoder");
    }

    @Override
    public String encode(Thing thing) throws EncodeException {
      if (thing.text.contains("unspeakable")) {
        throw new EncodeException(thing, "cannot be said");
      }
      return "thing " + thing.text;
    }
  }

  /** Allows every origin and tells that it was asked. */
  public static class Asked extends ServerEndpointConfig.Configurator {
    @Override
    public boolean checkOrigin(String origin) {
      Log.add("asked");
      return true;
    }
  }

  /** With everything an annotation can say. */
  @ServerEndpoint(
      value = "/conformance/things",
      decoders = {Plus.class, Minus.class},
      encoders = ThingEncoder.class,
      subprotocols = {"t1", "t2"},
      configurator = Asked.class)
  public static class Things {
    @OnMessage
    public Thing message(Thing thing) {
      return new SmallThing(thing.text);
    }

    @OnError
    public void error(Session session, Throwable error) throws IOException {
      session
          .getBasicRemote()
          .sendText(error.getClass().getSimpleName() + " " + error.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts({
    "WSC-4.1-1",
    "WSC-4.1.2-1",
    "WSC-4.1.3-1",
    "WSC-4.1.3-2",
    "WSC-4.1.4-1",
    "WSC-4.1.5-1",
    "WSC-3-1",
    "TRAP-6"
  })
  void everythingThatServerEndpointSaysIsDone(Binding binding) throws Exception {
    ClientEndpointConfig config =
        ClientEndpointConfig.Builder.create().preferredSubprotocols(List.of("t2", "t1")).build();
    try (TautlineServer server = Servers.start(binding, Things.class)) {
      Peer peer = Peer.connect(server, "/conformance/things", config);
      assertThat(peer.session().getNegotiatedSubprotocol()).isEqualTo("t2");
      Log.expect("asked");
      Log.expect("init +");
      Log.expect("init -");
      Log.expect("init encoder");
      peer.send("-x").expect("thing - decoded -x");
      Log.expect("will +");
      Log.expect("will -");
      peer.send("+x").expect("thing + decoded +x");
      Log.expect("will +");
      peer.send("x").expect("DecodeException no decoder is willing to read a Thing");
      Log.expect("will +");
      Log.expect("will -");
      peer.send("+x!").expect("DecodeException not so loud");
      Log.expect("will +");
      peer.send("+unspeakable").expect("EncodeException cannot be said");
      Log.expect("will +");
      peer.close();
      Log.expect("destroy +");
      Log.expect("destroy -");
      Log.expect("destroy encoder");
    }
  }

  /** The same for a client. */
  @ClientEndpoint(
      decoders = {Plus.class, Minus.class},
      encoders = ThingEncoder.class,
      subprotocols = {"t2"})
  public static class ThingClient {
    @OnOpen
    public void open(Session session) throws IOException, EncodeException {
      Log.add("subprotocol " + session.getNegotiatedSubprotocol());
      session.getBasicRemote().sendObject(new SmallThing("sent"));
    }

    @OnMessage
    public void message(Thing thing) {
      Log.add(thing.text);
    }
  }

  /** Answers a thing with both signs. */
  @ServerEndpoint(value = "/conformance/signs", subprotocols = "t2")
  public static class Signs {
    @OnMessage
    public String message(String text) {
      return "-" + text;
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts({"WSC-4.2.1-1", "WSC-4.2.2-1", "WSC-4.2.2-2", "WSC-4.2.4-1"})
  void everythingThatClientEndpointSaysIsDone(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Signs.class);
        Session session =
            server
                .container()
                .connectToServer(
                    ThingClient.class,
                    URI.create("ws://localhost:" + server.port() + "/conformance/signs"))) {
      Log.expect("init +");
      Log.expect("init -");
      Log.expect("init encoder");
      Log.expect("subprotocol t2");
      Log.expect("will +");
      Log.expect("will -");
      Log.expect("- decoded -thing sent");
      assertThat(session.isOpen()).isTrue();
    }
  }

  /** Every kind of path parameter. */
  @ServerEndpoint("/conformance/paths/{text}/{number}/{flag}")
  public static class Paths {
    @OnMessage
    public String message(
        boolean message,
        @PathParam("text") String text,
        @PathParam("number") int number,
        @PathParam("number") Long boxed,
        @PathParam("flag") Boolean flag,
        @PathParam("{text}") String braced) {
      return message + " " + text + " " + (number + boxed) + " " + !flag + " " + braced;
    }

    @OnError
    public void error(Throwable error, Session session, @PathParam("text") String text)
        throws IOException {
      session
          .getBasicRemote()
          .sendText(error.getClass().getSimpleName() + " " + error.getMessage() + " " + text);
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts({"WSC-4.3-3", "WSC-4.3-5", "WSC-4.3-6"})
  void pathParametersAreReadFromTheirSegments(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Paths.class)) {
      try (Peer peer = Peer.connect(server, "/conformance/paths/a/21/false")) {
        peer.send("true").expect("true a 42 true a");
      }
      try (Peer peer = Peer.connect(server, "/conformance/paths/b/many/false")) {
        String fault = peer.send("true").next();
        assertThat(fault)
            .startsWith("DecodeException path variable {number} is not a ")
            .endsWith(" b");
      }
    }
  }

  /** Takes short messages only. */
  @ServerEndpoint("/conformance/short")
  public static class Short {
    @OnMessage(maxMessageSize = 5)
    public String text(String text) {
      return text;
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts("WSC-4.7.1-1")
  void aMessageOverMaxMessageSizeClosesWith1009(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Short.class)) {
      Peer peer = Peer.connect(server, "/conformance/short");
      peer.send("12345").expect("12345");
      peer.send("123456").expect("close 1009");
    }
  }

  @Test
  @Asserts("WSC-5.2.3-1")
  void errorsOfSendingReachTheSender() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Things.class)) {
      Peer peer = Peer.connect(server, "/conformance/things");
      assertThatThrownBy(() -> peer.session().getBasicRemote().sendObject(new Object()))
          .isInstanceOf(EncodeException.class)
          .hasMessageContaining("no encoder for java.lang.Object");
      assertThatThrownBy(
              () ->
                  peer.session()
                      .getAsyncRemote()
                      .sendObject(new Object())
                      .get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(EncodeException.class);
      peer.session().close();
      peer.expect("close 1000");
      await().until(() -> !peer.session().isOpen());
      assertThatThrownBy(() -> peer.send("late")).isInstanceOf(IllegalStateException.class);
    }
  }

  /** A name that the path has not, which Jakarta allows; javac is told to let the warning be. */
  @Test
  @Asserts("WSC-4.3-4")
  void anUnknownNameIsNull() throws Exception {
    Class<?> unknown =
        Sources.compile(
            "app.Unknown",
            """
            package app;
            import jakarta.websocket.OnMessage;
            import jakarta.websocket.server.*;
            @ServerEndpoint("/unknown/{known}")
            public class Unknown {
              @OnMessage public String m(String s, @PathParam("unknown") String u,
                  @PathParam("unknown") int zero) {
                return s + " " + u + " " + zero;
              }
            }
            """);
    try (TautlineServer server = TautlineServer.builder().port(0).endpoints(unknown).start();
        Peer peer = Peer.connect(server, "/unknown/x")) {
      peer.send("got").expect("got null 0");
    }
  }

  /** Lets nobody in. */
  public static class Refusing extends ServerEndpointConfig.Configurator {
    @Override
    public boolean checkOrigin(String origin) {
      return false;
    }
  }

  /** Nobody gets here. */
  @ServerEndpoint(value = "/conformance/private", configurator = Refusing.class)
  public static class Private {
    @OnMessage
    public String message(String text) {
      return text;
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void anOriginThatTheConfiguratorRefusesGets403(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Private.class)) {
      assertThatThrownBy(() -> Peer.connect(server, "/conformance/private"))
          .isInstanceOf(DeploymentException.class)
          .hasMessageEndingWith("the server answered 403 Forbidden");
    }
  }
}
