package io.tautline.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client whose events come in a queue. */
final class Peer extends Endpoint implements AutoCloseable {
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private @Nullable Session session;

  /** Connects to a path. */
  static Peer connect(TautlineServer server, String path) throws Exception {
    return connect(server, path, ClientEndpointConfig.Builder.create().build());
  }

  static Peer connect(TautlineServer server, String path, ClientEndpointConfig config)
      throws Exception {
    Peer peer = new Peer();
    peer.session =
        server
            .container()
            .connectToServer(peer, config, URI.create("ws://localhost:" + server.port() + path));
    return peer;
  }

  Session session() {
    if (session == null) {
      throw new IllegalStateException("not connected");
    }
    return session;
  }

  Peer send(String text) throws IOException {
    session().getBasicRemote().sendText(text);
    return this;
  }

  void expect(String event) throws InterruptedException {
    assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo(event);
  }

  /** Waits for the next event. */
  String next() throws InterruptedException {
    return String.valueOf(events.poll(10, TimeUnit.SECONDS));
  }

  @Override
  public void onOpen(Session opened, EndpointConfig config) {
    opened.addMessageHandler(String.class, text -> events.add(text));
    opened.addMessageHandler(ByteBuffer.class, bytes -> events.add("binary " + bytes.remaining()));
    opened.addMessageHandler(
        PongMessage.class, pong -> events.add("pong " + pong.getApplicationData().remaining()));
  }

  @Override
  public void onClose(Session closed, CloseReason reason) {
    events.add("close " + reason.getCloseCode().getCode());
  }

  @Override
  public void close() throws IOException {
    session().close();
  }
}
