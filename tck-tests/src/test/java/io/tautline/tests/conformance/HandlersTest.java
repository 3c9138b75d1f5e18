package io.tautline.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.boot.TautlineServer;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Decoder;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnMessage;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.Reader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which handlers may be added to a session (Jakarta WebSocket, §2.1.3). */
class HandlersTest {
  /** Anyone. */
  @ServerEndpoint("/handlers")
  public static class Anyone {
    @OnMessage
    public void text(String text) {}
  }

  /** Comes as text or bytes. */
  public record Thing(String name) {}

  /** Of texts. */
  public static class FromText implements Decoder.Text<Thing> {
    @Override
    public Thing decode(String text) {
      return new Thing(text);
    }

    @Override
    public boolean willDecode(String text) {
      return true;
    }
  }

  /** Of bytes. */
  public static class FromBytes implements Decoder.Binary<Thing> {
    @Override
    public Thing decode(ByteBuffer bytes) {
      return new Thing(StandardCharsets.UTF_8.decode(bytes).toString());
    }

    @Override
    public boolean willDecode(ByteBuffer bytes) {
      return true;
    }
  }

  /** Adds no handler by itself. */
  private static final class Bare extends Endpoint {
    @Override
    public void onOpen(Session session, EndpointConfig config) {}
  }

  private static TautlineServer server() throws Exception {
    return TautlineServer.builder().port(0).endpoints(Anyone.class).start();
  }

  private static Session connect(TautlineServer server) throws Exception {
    return server
        .container()
        .connectToServer(
            new Bare(),
            ClientEndpointConfig.Builder.create()
                .decoders(List.of(FromText.class, FromBytes.class))
                .build(),
            URI.create("ws://localhost:" + server.port() + "/handlers"));
  }

  @Test
  void partsAreTextOrBytes() throws Exception {
    try (TautlineServer server = server();
        Session session = connect(server)) {
      for (Class<?> type : List.of(Reader.class, PongMessage.class, Thing.class, Integer.class)) {
        assertThatThrownBy(() -> session.addMessageHandler(type, (part, last) -> {}))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("takes String, byte[] or ByteBuffer, not " + type.getName());
      }
      assertThat(session.getMessageHandlers()).isEmpty();
      session.addMessageHandler(String.class, (part, last) -> {});
      session.addMessageHandler(byte[].class, (part, last) -> {});
      assertThat(session.getMessageHandlers()).hasSize(2);
    }
  }

  @Test
  void aHandlerOfTextAndBytesIsAddedForBothOrNot() throws Exception {
    try (TautlineServer server = server();
        Session session = connect(server)) {
      session.addMessageHandler(byte[].class, bytes -> {});
      assertThatThrownBy(() -> session.addMessageHandler(Thing.class, thing -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("handler for binary messages already");
      assertThat(session.getMessageHandlers()).hasSize(1);
      session.addMessageHandler(String.class, text -> {});
    }
  }

  @Test
  void aHandlerIsRemovedFromAllThatItTakes() throws Exception {
    try (TautlineServer server = server();
        Session session = connect(server)) {
      session.addMessageHandler(Thing.class, thing -> {});
      assertThat(session.getMessageHandlers()).hasSize(1);
      session.getMessageHandlers().forEach(session::removeMessageHandler);
      assertThat(session.getMessageHandlers()).isEmpty();
      session.addMessageHandler(Thing.class, thing -> {});
    }
  }
}
