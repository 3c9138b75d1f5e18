package io.tautline.tests.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.Broadcast;
import io.tautline.Endpoint;
import io.tautline.Room;
import io.tautline.Rooms;
import io.tautline.boot.TautlineServer;
import io.tautline.deflate.DeflateOptions;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Encoder;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rooms: joined, left, sent to, in order, encoded once. */
class RoomsTest {
  private static final AtomicReference<Rooms> ROOMS = new AtomicReference<>();

  /** What is said. */
  public record Said(String text) {}

  /** Joins the room of the path. */
  @Endpoint("/rooms/{room}")
  public static class Chat {
    private final Rooms rooms;
    private final Room lobby;

    @Inject
    Chat(Rooms rooms, @Named("lobby") Room lobby) {
      this.rooms = rooms;
      this.lobby = lobby;
      ROOMS.set(rooms);
    }

    @OnOpen
    @Broadcast("{room}")
    String open(Session session, @PathParam("room") Room room) {
      room.join(session);
      return "joined " + room.members().size();
    }

    @OnMessage
    @Broadcast
    Said say(String text, Session session) {
      if (text.equals("lobby")) {
        lobby.join(session);
        return null;
      }
      if (text.startsWith("others ")) {
        rooms.room("a").sendToOthers(session, text);
        return null;
      }
      return new Said(text);
    }

    @OnClose
    @Broadcast("{room}")
    String close() {
      return "left";
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void whatIsReturnedGoesToTheRoom(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Chat.class);
        JdkClient elsewhere = new JdkClient(server.port(), "/rooms/b");
        JdkClient one = new JdkClient(server.port(), "/rooms/a")) {
      elsewhere.expect("text joined 1");
      one.expect("text joined 1");
      try (JdkClient two = new JdkClient(server.port(), "/rooms/a")) {
        one.expect("text joined 2");
        two.expect("text joined 2");
        two.send("hello");
        one.expect("text {\"text\":\"hello\"}");
        two.expect("text {\"text\":\"hello\"}");
        two.send("others hi");
        one.expect("text others hi");
        elsewhere.send("lobby");
        elsewhere.send("twice");
        elsewhere.expect("text {\"text\":\"twice\"}");
        elsewhere.expect("text {\"text\":\"twice\"}");
        assertThat(ROOMS.get().names()).containsExactlyInAnyOrder("a", "b", "lobby");
        two.socket().sendClose(1000, "").join();
        two.expect("close 1000 ");
      }
      one.expect("text left");
      assertThat(ROOMS.get().room("a").members()).hasSize(1);
    }
  }

  @Test
  void membersStandInTheOrderOfJoining() throws Exception {
    List<JdkClient> clients = new ArrayList<>();
    try (TautlineServer server = Servers.start(Binding.GENERATED, Chat.class)) {
      for (int i = 0; i < 8; i++) {
        JdkClient client = new JdkClient(server.port(), "/rooms/ordered?" + i);
        client.expect("text joined " + (i + 1));
        clients.add(client);
      }
      assertThat(ROOMS.get().room("ordered").members())
          .extracting(Session::getQueryString)
          .containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
    } finally {
      clients.forEach(JdkClient::close);
    }
  }

  @Test
  void aRoomIsGoneWithItsLastMember() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Chat.class)) {
      try (JdkClient one = new JdkClient(server.port(), "/rooms/a")) {
        one.expect("text joined 1");
        assertThat(ROOMS.get().names()).containsExactly("a");
      }
      await().until(() -> ROOMS.get().names().isEmpty());
      assertThat(ROOMS.get().room("nowhere").members()).isEmpty();
      ROOMS.get().room("nowhere").send("to nobody");
    }
  }

  /** Tries to stay. */
  @Endpoint("/clinging")
  public static class Clinging {
    private final Rooms rooms;

    @Inject
    Clinging(Rooms rooms) {
      this.rooms = rooms;
      ROOMS.set(rooms);
    }

    @OnOpen
    String open(Session session) {
      return String.valueOf(rooms.room("a").join(session));
    }

    @OnClose
    void close(Session session) {
      rooms.room("b").join(session);
    }
  }

  @Test
  void aSessionThatEndsJoinsNothingAndLeavesEverything() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Clinging.class)) {
      try (JdkClient client = new JdkClient(server.port(), "/clinging")) {
        client.expect("text true");
        assertThat(ROOMS.get().names()).containsExactly("a");
      }
      await().until(() -> ROOMS.get().names().isEmpty());
    }
  }

  /** Says something to the room, and something to each member by itself. */
  @Endpoint("/both")
  public static class Both {
    private final Room all;

    @Inject
    Both(@Named("both") Room all) {
      this.all = all;
    }

    @OnOpen
    String open(Session session) {
      all.join(session);
      return "in";
    }

    @OnMessage
    String say(String number) throws IOException {
      all.send("to all " + number);
      for (Session member : all.members()) {
        member.getBasicRemote().sendText("to you " + number);
      }
      all.send("to all again " + number);
      all.send("long " + "x".repeat(3000));
      all.send("last " + number);
      return "answer " + number;
    }
  }

  @Test
  void whatAMemberIsSentInAnyWayComesInThatOrder() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Both.class);
        JdkClient one = new JdkClient(server.port(), "/both");
        JdkClient two = new JdkClient(server.port(), "/both")) {
      one.expect("text in");
      two.expect("text in");
      for (int i = 0; i < 50; i++) {
        one.send("" + i);
      }
      for (int i = 0; i < 50; i++) {
        for (JdkClient client : List.of(one, two)) {
          client.expect("text to all " + i);
          client.expect("text to you " + i);
          client.expect("text to all again " + i);
          assertThat(client.next()).startsWith("text long xxx");
          client.expect("text last " + i);
        }
        one.expect("text answer " + i);
      }
    }
  }

  private static final AtomicInteger ENCODED = new AtomicInteger();

  /** Counts its work. */
  public static class Counting implements Encoder.Text<Said> {
    @Override
    public String encode(Said said) throws EncodeException {
      return "encoded " + said.text() + " " + ENCODED.incrementAndGet();
    }
  }

  /** Members with a Jakarta encoder. */
  @ServerEndpoint(value = "/encoded", encoders = Counting.class)
  public static class Encoded {
    private final Room room;

    /** In the room from the start. */
    @Inject
    public Encoded(@Named("encoded") Room room) {
      this.room = room;
    }

    @OnOpen
    public void open(Session session) {
      room.join(session);
      session.getAsyncRemote().sendText("in");
    }

    @OnMessage
    public void message(String text) {
      room.send(new Said(text));
    }
  }

  @Test
  void aMessageIsEncodedOnceForAll() throws Exception {
    ENCODED.set(0);
    try (TautlineServer server =
        TautlineServer.builder()
            .port(0)
            .compression(DeflateOptions.DEFAULT)
            .endpoints(Encoded.class)
            .start()) {
      List<JdkClient> clients = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        JdkClient client = new JdkClient(server.port(), "/encoded");
        client.expect("text in");
        clients.add(client);
      }
      clients.get(0).send("x");
      for (JdkClient client : clients) {
        client.expect("text encoded x 1");
        client.close();
      }
      assertThat(ENCODED.get()).isEqualTo(1);
    }
  }

  @Test
  void messagesOfOneSenderComeInOrder() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Chat.class);
        JdkClient one = new JdkClient(server.port(), "/rooms/a");
        JdkClient two = new JdkClient(server.port(), "/rooms/a")) {
      one.expect("text joined 1");
      one.expect("text joined 2");
      two.expect("text joined 2");
      for (int i = 0; i < 200; i++) {
        one.send("n" + i);
      }
      for (int i = 0; i < 200; i++) {
        two.expect("text {\"text\":\"n" + i + "\"}");
        one.expect("text {\"text\":\"n" + i + "\"}");
      }
    }
  }
}
