package io.tautline.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.boot.TautlineServer;
import io.tautline.tests.Endpoints;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Coders that cannot be made, or take their time. */
class CoderFaultsTest {
  private static final BlockingQueue<String> TOLD = new LinkedBlockingQueue<>();

  /** Can be made. */
  public static class Good implements Decoder.Text<Integer> {
    @Override
    public Integer decode(String text) {
      return Integer.valueOf(text);
    }

    @Override
    public boolean willDecode(String text) {
      return true;
    }

    @Override
    public void destroy() {
      TOLD.add("destroyed");
    }
  }

  /** Cannot. */
  public static class Bad implements Encoder.Text<Long> {
    @Override
    public void init(EndpointConfig config) {
      throw new IllegalStateException("no such table");
    }

    @Override
    public String encode(Long value) {
      return value.toString();
    }
  }

  /** Tells of its life. */
  public static final class Told extends Endpoint {
    @Override
    public void onOpen(Session session, EndpointConfig config) {
      TOLD.add("open");
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
      TOLD.add("close");
    }
  }

  @Test
  void anEndpointWhoseCodersCannotBeMadeIsNotOpened() throws Exception {
    TOLD.clear();
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED)) {
      server
          .container()
          .addEndpoint(
              ServerEndpointConfig.Builder.create(Told.class, "/told")
                  .decoders(List.of(Good.class))
                  .encoders(List.of(Bad.class))
                  .build());
      try (JdkClient client = new JdkClient(server.port(), "/told")) {
        client.expect("close 1011 the endpoint failed");
      }
    }
    assertThat(TOLD).containsExactly("destroyed");
  }

  /** Is not told either. */
  @ServerEndpoint(value = "/told/annotated", encoders = Bad.class)
  public static class Annotated {
    @OnMessage
    public void text(String text) {
      TOLD.add(text);
    }

    @OnError
    public void error(Throwable error) {
      TOLD.add("error");
    }
  }

  @Test
  void whatCameBeforeItKnowsIsForNobody() throws Exception {
    TOLD.clear();
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED, Annotated.class);
        Socket socket = new Socket("localhost", server.port())) {
      String request =
          "GET /told/annotated HTTP/1.1\r\nHost: localhost:"
              + server.port()
              + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
      String frames = "\u0081\u0081\0\0\0\0x" + "\u0088\u0080\0\0\0\0";
      socket.getOutputStream().write((request + frames).getBytes(StandardCharsets.ISO_8859_1));
      socket.setSoTimeout(10_000);
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(new String(answer, StandardCharsets.ISO_8859_1)).contains("the endpoint failed");
    }
    assertThat(TOLD).isEmpty();
  }

  @Test
  void aClientWhoseCodersCannotBeMadeDoesNotConnect() throws Exception {
    TOLD.clear();
    ClientEndpointConfig config =
        ClientEndpointConfig.Builder.create().encoders(List.of(Bad.class)).build();
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED, Endpoints.Echo.class)) {
      URI uri = URI.create("ws://localhost:" + server.port() + "/echo");
      assertThatThrownBy(() -> server.container().connectToServer(new Told(), config, uri))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining("no such table");
    }
    assertThat(TOLD).isEmpty();
  }

  private static final AtomicInteger MADE = new AtomicInteger();
  private static final CompletableFuture<Void> SECOND_IS_BEING_MADE = new CompletableFuture<>();
  private static final CountDownLatch MAY_BE_MADE = new CountDownLatch(1);

  /** Takes its time for the second session. */
  public static class Slow implements Encoder.Text<Long> {
    @Override
    public void init(EndpointConfig config) {
      if (MADE.incrementAndGet() == 2) {
        SECOND_IS_BEING_MADE.complete(null);
        try {
          assertThat(MAY_BE_MADE.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }

    @Override
    public String encode(Long value) {
      return "long " + value;
    }
  }

  /** Sends a number to everyone. */
  @ServerEndpoint(value = "/crowd", encoders = Slow.class)
  public static class Crowd {
    @OnMessage
    public void all(String number, Session session) throws Exception {
      for (Session each : session.getOpenSessions()) {
        each.getBasicRemote().sendObject(Long.valueOf(number));
      }
    }
  }

  @Test
  void othersSeeASessionOnceItsCodersHaveBeenMade() throws Exception {
    try (TautlineServer server = Servers.start(Servers.Binding.GENERATED, Crowd.class);
        JdkClient first = new JdkClient(server.port(), "/crowd")) {
      first.send("1").expect("text long 1");
      CompletableFuture<JdkClient> second =
          CompletableFuture.supplyAsync(() -> new JdkClient(server.port(), "/crowd"));
      SECOND_IS_BEING_MADE.get(10, TimeUnit.SECONDS);
      first.send("2").expect("text long 2");
      MAY_BE_MADE.countDown();
      try (JdkClient joined = second.get(10, TimeUnit.SECONDS)) {
        joined.send("3").expect("text long 3");
        first.expect("text long 3");
      }
    }
  }
}
