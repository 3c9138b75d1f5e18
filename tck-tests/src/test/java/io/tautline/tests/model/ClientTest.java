package io.tautline.tests.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.Clients;
import io.tautline.Endpoint;
import io.tautline.EndpointClient;
import io.tautline.Handshake;
import io.tautline.Peer;
import io.tautline.boot.Tautline;
import io.tautline.boot.TautlineServer;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.inject.Inject;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Interfaces as clients. */
class ClientTest {
  /** Told to the shop. */
  public record Look(String article) {}

  /** Asked of the shop. */
  public record Question(String article) {}

  /** The answer. */
  public record Price(int cents) {}

  /** Never answered. */
  public record Riddle(int number) {}

  /** What the shop says without being asked. */
  public sealed interface News {
    /** Something is cheap. */
    record Offer(String article) implements News {}

    /** The shop is closing. */
    record Closing(int minutes) implements News {}
  }

  /** A shop. */
  @Endpoint("/market")
  public static class Shop {
    @OnMessage
    News look(Look look) {
      return look.article().isEmpty() ? new News.Closing(5) : new News.Offer(look.article());
    }

    @OnMessage
    Price price(Question question, Handshake handshake) {
      return new Price(handshake.header("X-Rebate").isPresent() ? 1 : question.article().length());
    }

    @OnMessage
    void riddle(Riddle riddle) {}

    @OnMessage
    void bad(Bad bad, Session session) throws IOException {
      session.getBasicRemote().sendText("{\"type\":\"weather\"}");
    }
  }

  /** Has the shop say what no client expects. */
  public record Bad() {}

  /** Anything that takes a greeting. */
  public interface Greeting<T> {
    /** Sends. */
    void greet(T greeting);
  }

  /** A client of the shop. */
  @EndpointClient
  public interface ShopClient extends Greeting<Look>, AutoCloseable {
    /** Sends. */
    CompletionStage<Void> lookLater(Look look);

    /** Asks. */
    CompletionStage<Price> price(Question question);

    /** Asks, and waits for so long. */
    CompletionStage<Price> riddle(Riddle riddle, Duration patience);

    /** Sends what is answered wrongly. */
    void bad(Bad bad);

    /** Sends text as it is. */
    void raw(String text);

    /** Says who hears of news. */
    @OnMessage
    void news(Consumer<News> listener);

    /** Says who hears of the opening. */
    @OnOpen
    void opened(Consumer<Session> listener);

    /** Says who hears of the end. */
    @OnClose
    void closed(Consumer<CloseReason> listener);

    /** Says who hears of faults. */
    @OnError
    void failed(Consumer<Throwable> listener);

    /** Does both. */
    default void lookTwice(Look look) {
      greet(look);
      greet(look);
    }

    @Override
    void close();
  }

  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

  private void listen(ShopClient client) {
    client.news(heard::add);
    client.opened(session -> heard.add("open"));
    client.closed(reason -> heard.add(reason.getCloseCode().getCode()));
    client.failed(error -> heard.add(error.getMessage()));
  }

  private static URI uri(TautlineServer server, String path) {
    return URI.create("ws://localhost:" + server.port() + path);
  }

  private ShopClient connect(TautlineServer server) throws Exception {
    ShopClient client =
        server.clients().connect(ShopClient.class, uri(server, "/market"), this::listen);
    expect("open");
    return client;
  }

  private void expect(Object event) throws InterruptedException {
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(event);
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void itsMethodsSendAndAskAndSayWhoHears(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Shop.class);
        ShopClient client = connect(server)) {
      client.greet(new Look("rope"));
      expect(new News.Offer("rope"));
      get(client.lookLater(new Look("")));
      expect(new News.Closing(5));
      assertThat(get(client.price(new Question("knot")))).isEqualTo(new Price(4));
      client.raw("{\"type\":\"look\",\"article\":\"raw\"}");
      expect(new News.Offer("raw"));
      client.lookTwice(new Look("a"));
      expect(new News.Offer("a"));
      expect(new News.Offer("a"));
      assertThat(client).isEqualTo(client).hasSameHashCodeAs(client);
      assertThat(client.toString()).contains("Client");
    }
    expect(1000);
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void anAnswerThatDoesNotComeIsATimeout(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Shop.class);
        ShopClient client = connect(server)) {
      assertThatThrownBy(() -> get(client.riddle(new Riddle(1), Duration.ofMillis(20))))
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(TimeoutException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void whatItDoesNotKnowIsToldAsAnError(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Shop.class);
        ShopClient client = connect(server)) {
      client.bad(new Bad());
      assertThat(heard.poll(10, TimeUnit.SECONDS)).asString().contains("malformed JSON message");
      client.greet(new Look("still open"));
      expect(new News.Offer("still open"));
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void afterTheEndItsMethodsFail(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Shop.class)) {
      ShopClient client = connect(server);
      client.close();
      expect(1000);
      assertThatThrownBy(() -> client.greet(new Look("late")))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("closing");
      assertThatThrownBy(() -> get(client.lookLater(new Look("late"))))
          .hasCauseInstanceOf(IOException.class);
      assertThatThrownBy(() -> get(client.price(new Question("late"))))
          .hasCauseInstanceOf(IOException.class);
      client.close(); // once more does no harm
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void everyConsumerMustBeThereBeforeAnythingCanCome(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Shop.class)) {
      assertThatThrownBy(
              () ->
                  server
                      .clients()
                      .connect(ShopClient.class, uri(server, "/market"), c -> c.news(n -> {})))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("ClientTest.ShopClient.closed has no consumer");
      assertThat(server.connections()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void nothingCanBeSentBeforeItIsConnected(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Shop.class)) {
      assertThatThrownBy(
              () ->
                  server
                      .clients()
                      .connect(
                          ShopClient.class,
                          uri(server, "/market"),
                          c -> c.greet(new Look("early"))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("not connected yet");
    }
  }

  @Test
  void aServerThatIsNotThereOrRefusesIsTold() throws Exception {
    URI gone;
    try (TautlineServer server = Servers.start(Binding.GENERATED, Shop.class)) {
      gone = uri(server, "/market");
      assertThatThrownBy(
              () -> Tautline.clients().connect(ShopClient.class, uri(server, "/no"), this::listen))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining("404");
      assertThatThrownBy(() -> Tautline.clients().connect(Shop.class, gone, shop -> {}))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining("no typed client");
    }
    assertThatThrownBy(() -> Tautline.clients().connect(ShopClient.class, gone, this::listen))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot connect to " + gone);
  }

  @Test
  void aConfigurationGivesHeaders() throws Exception {
    ClientEndpointConfig config =
        ClientEndpointConfig.Builder.create()
            .configurator(
                new ClientEndpointConfig.Configurator() {
                  @Override
                  public void beforeRequest(Map<String, List<String>> headers) {
                    headers.put("X-Rebate", new ArrayList<>(List.of("yes")));
                  }
                })
            .build();
    try (TautlineServer server = Servers.start(Binding.GENERATED, Shop.class);
        ShopClient client =
            server
                .clients()
                .connect(ShopClient.class, uri(server, "/market"), config, this::listen)) {
      assertThat(get(client.price(new Question("knot")))).isEqualTo(new Price(1));
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {ShopClient.class, Annotated.class})
  void aClientIsNotServed(Class<?> client) {
    assertThatThrownBy(() -> Servers.start(Binding.REFLECTIVE, client))
        .isInstanceOf(DeploymentException.class)
        .hasMessageContaining("is a client and serves nobody");
  }

  /** A client of Jakarta's kind. */
  @ClientEndpoint
  public static class Annotated {}

  /** Takes and gives bytes and numbers. */
  @Endpoint("/plain")
  public static class Plain {
    @OnMessage
    byte[] bytes(byte[] bytes) {
      return bytes;
    }

    @OnMessage
    int number(int number) {
      return number + 1;
    }
  }

  /** Its client. */
  @EndpointClient
  public interface PlainClient extends AutoCloseable {
    /** Sends a binary message. */
    void bytes(byte[] bytes);

    /** Sends a binary message. */
    void buffer(ByteBuffer buffer);

    /** Sends digits. */
    void number(int number);

    /** Hears binary messages. */
    @OnMessage
    void onBytes(Consumer<byte[]> listener);

    /** Hears text. */
    @OnMessage
    void onNumber(Consumer<Integer> listener);

    @Override
    void close();
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void bytesAndNumbersAreSentAsTheyAre(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Plain.class);
        PlainClient client =
            server
                .clients()
                .connect(
                    PlainClient.class,
                    uri(server, "/plain"),
                    c -> {
                      c.onBytes(bytes -> heard.add(bytes.length));
                      c.onNumber(heard::add);
                    })) {
      client.bytes(new byte[3]);
      expect(3);
      client.buffer(ByteBuffer.allocate(7));
      expect(7);
      client.number(41);
      expect(42);
    }
  }

  /** Asks the shop for its customer. */
  @Endpoint("/agent/{port}")
  public static class Agent {
    private final Clients clients;

    @Inject
    Agent(Clients clients) {
      this.clients = clients;
    }

    @OnMessage
    void ask(String article, Peer peer, Session session) throws Exception {
      String port = session.getPathParameters().get("port");
      ShopClient shop =
          clients.connect(
              ShopClient.class,
              URI.create("ws://localhost:" + port + "/market"),
              client -> {
                client.news(peer::send);
                client.opened(opened -> {});
                client.closed(reason -> {});
                client.failed(error -> {});
              });
      shop.price(new Question(article))
          .thenAccept(peer::send)
          .whenComplete((sent, failure) -> shop.close());
    }
  }

  @Test
  void anEndpointIsGivenClients() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Shop.class, Agent.class);
        io.tautline.tests.JdkClient client =
            new io.tautline.tests.JdkClient(server.port(), "/agent/" + server.port())) {
      client.send("hitch").expect("text {\"cents\":5}");
    }
  }
}
