package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.name.Names;
import io.tautline.ConnectionScoped;
import io.tautline.Endpoint;
import io.tautline.Handshake;
import io.tautline.OnHandshake;
import io.tautline.Peer;
import io.tautline.Rooms;
import io.tautline.boot.TautlineServer;
import io.tautline.spi.Beans;
import jakarta.inject.Inject;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever Tautline makes gets what its constructor asks for. */
class InjectionTest {
  /** The SPI in full: another library than avaje-inject is adapted in ten lines. */
  private record GuiceBeans(Injector injector) implements Beans {
    @Override
    public <T> Optional<T> find(Class<T> type, @Nullable String name) {
      Key<T> key = name == null ? Key.get(type) : Key.get(type, Names.named(name));
      return injector.getExistingBinding(key) == null
          ? Optional.empty()
          : Optional.of(injector.getInstance(key));
    }
  }

  private static TautlineServer server(Class<?>... endpoints) throws Exception {
    Injector injector =
        Guice.createInjector(
            new AbstractModule() {
              @Override
              protected void configure() {
                bind(StringBuilder.class).toInstance(new StringBuilder("any"));
                bind(String.class).annotatedWith(Names.named("second")).toInstance("named second");
              }
            });
    return TautlineServer.builder()
        .port(0)
        .beans(new GuiceBeans(injector))
        .endpoints(endpoints)
        .start();
  }

  @Test
  void parametersAreInjectedByTypeAndNameIntoOneInstanceForEachConnection() throws Exception {
    try (TautlineServer server = server(Endpoints.Injected.class);
        JdkClient one = new JdkClient(server.port(), "/injected");
        JdkClient two = new JdkClient(server.port(), "/injected", "v3", "v2", "v1")) {
      one.send("").expect("text any named second 1 ");
      one.send("").expect("text any named second 2 ");
      two.send("").expect("text any named second 1 v2");
    }
  }

  private static final BlockingQueue<String> CLOSED = new LinkedBlockingQueue<>();

  /** One for each connection. */
  @ConnectionScoped
  public static class Cart implements AutoCloseable {
    private final StringBuilder items;

    @Inject
    Cart(Session session, Handshake handshake, Peer peer) {
      items = new StringBuilder(handshake.query("first").orElse("")).append(':');
      assertThat(peer.session()).isSameAs(session);
    }

    @Override
    public void close() {
      CLOSED.add(items.toString());
    }
  }

  /** Asks for the same cart twice. */
  @ConnectionScoped
  public static class Till {
    private final Cart cart;

    @Inject
    Till(Cart cart) {
      this.cart = cart;
    }
  }

  /** Shops. */
  @Endpoint("/shop")
  public static class Shop {
    private final Cart cart;
    private final Till till;

    @Inject
    Shop(Cart cart, Till till) {
      this.cart = cart;
      this.till = till;
    }

    @OnMessage
    String add(String item) {
      cart.items.append(item);
      return till.cart.items.toString();
    }
  }

  @Test
  void aConnectionScopedBeanIsOneForItsConnectionAndClosedWithIt() throws Exception {
    try (TautlineServer server = server(Shop.class);
        JdkClient other = new JdkClient(server.port(), "/shop?first=y")) {
      try (JdkClient client = new JdkClient(server.port(), "/shop?first=x")) {
        client.send("a").expect("text x:a");
        client.send("b").expect("text x:ab");
      }
      assertThat(CLOSED.poll(10, TimeUnit.SECONDS)).isEqualTo("x:ab");
      other.send("c").expect("text y:c");
    }
  }

  /** One for each connection, where the application has none. */
  @ConnectionScoped
  public static class Tally {
    private int count;
  }

  /** Counts. */
  @Endpoint("/count")
  public static class Counting {
    private final Tally tally;

    @Inject
    Counting(Tally tally) {
      this.tally = tally;
    }

    @OnMessage
    String count(String text) {
      return text + ++tally.count;
    }
  }

  /** Has a tally of its own, or not. */
  private record Tallies(Optional<Tally> own) implements Beans {
    @Override
    public <T> Optional<T> find(Class<T> type, @Nullable String name) {
      return type == Tally.class ? own.map(type::cast) : Optional.empty();
    }
  }

  @ParameterizedTest
  @CsvSource({"false, text b1", "true, text b2"})
  void aBeanOfTheApplicationComesBeforeThatOfAConnection(boolean has, String second)
      throws Exception {
    Beans beans = new Tallies(has ? Optional.of(new Tally()) : Optional.empty());
    TautlineServer.Builder builder = TautlineServer.builder().port(0).beans(beans);
    try (TautlineServer server = builder.endpoints(Counting.class).start();
        JdkClient one = new JdkClient(server.port(), "/count");
        JdkClient two = new JdkClient(server.port(), "/count")) {
      one.send("a").expect("text a1");
      two.send("b").expect(second);
    }
  }

  /** Lets nobody in. */
  @Endpoint("/closed")
  public static class ClosedShop {
    @Inject
    ClosedShop(Cart cart) {
      cart.items.append("never");
    }

    @OnHandshake
    void check() {
      throw new IllegalStateException("closed");
    }

    @OnMessage
    void message(String text) {}
  }

  @Test
  void aConnectionScopedBeanIsClosedIfNobodyIsLetIn() throws Exception {
    try (TautlineServer server = server(ClosedShop.class)) {
      assertThat(JdkClient.refusal(server.port(), "/closed?first=z", Map.of()).statusCode())
          .isEqualTo(500);
      assertThat(CLOSED.poll(10, TimeUnit.SECONDS)).isEqualTo("z:never");
    }
  }

  private static final BlockingQueue<String> HEARD = new LinkedBlockingQueue<>();

  /** A client that asks for its own things. */
  @ClientEndpoint
  public static class Asker {
    private final Cart cart;
    private final Session session;
    private final StringBuilder bean;

    @Inject
    Asker(Cart cart, Session session, StringBuilder bean) {
      this.cart = cart;
      this.session = session;
      this.bean = bean;
    }

    @OnMessage
    void answered(String text, Session same) {
      assertThat(same).isSameAs(session);
      cart.items.append(bean).append(text);
      HEARD.add(text);
    }
  }

  @Test
  void clientEndpointsAreInjectedToo() throws Exception {
    try (TautlineServer server = server(Shop.class)) {
      URI uri = URI.create("ws://localhost:" + server.port() + "/shop?first=c");
      Session session = server.container().connectToServer(Asker.class, uri);
      session.getBasicRemote().sendText("1");
      assertThat(HEARD.poll(10, TimeUnit.SECONDS)).isEqualTo("c:1");
    }
    assertThat(List.of(next(), next())).containsExactlyInAnyOrder("c:1", "c:anyc:1");
  }

  private static String next() throws InterruptedException {
    return CLOSED.poll(10, TimeUnit.SECONDS);
  }

  /** A client that cannot be made. */
  @ClientEndpoint
  public static class Impossible {
    @Inject
    Impossible(Random bean) {}
  }

  @Test
  void aClientThatCannotBeMadeSaysWhy() throws Exception {
    try (TautlineServer server = server(Made.class)) {
      URI uri = URI.create("ws://localhost:" + server.port() + "/made");
      assertThatThrownBy(() -> server.container().connectToServer(Impossible.class, uri))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining("Impossible")
          .hasMessageContaining("no bean of type java.util.Random");
    }
  }

  /** Something to be written. */
  public record Thing(String name) {}

  /** Gets a bean. */
  public static class Writing implements Encoder.Text<Thing> {
    private final StringBuilder prefix;

    @Inject
    Writing(StringBuilder prefix) {
      this.prefix = prefix;
    }

    @Override
    public String encode(Thing thing) {
      return prefix + " " + thing.name();
    }
  }

  /** Gets a bean. */
  public static class Asking extends ServerEndpointConfig.Configurator {
    private final Rooms rooms;

    @Inject
    Asking(Rooms rooms) {
      this.rooms = rooms;
    }

    @Override
    public boolean checkOrigin(String origin) {
      return rooms.names().isEmpty();
    }
  }

  /** Made of both. */
  @ServerEndpoint(value = "/made", encoders = Writing.class, configurator = Asking.class)
  public static class Made {
    @OnMessage
    public Thing message(String text) {
      return new Thing(text);
    }
  }

  @Test
  void codersAndConfiguratorsAreInjectedToo() throws Exception {
    try (TautlineServer server = server(Made.class);
        JdkClient client = new JdkClient(server.port(), "/made")) {
      client.send("x").expect("text any x");
    }
  }

  @Test
  void aBeanThatIsMissingIsToldByName() throws Exception {
    try (TautlineServer server =
        TautlineServer.builder().port(0).endpoints(Endpoints.Injected.class).start()) {
      assertThat(JdkClient.refusal(server.port(), "/injected", Map.of()).statusCode())
          .isEqualTo(500);
    }
  }
}
