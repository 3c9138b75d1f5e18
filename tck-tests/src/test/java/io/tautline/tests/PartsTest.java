package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that callbacks pass on part by part. */
class PartsTest {
  private static final CountDownLatch MAY_RETURN = new CountDownLatch(1);
  private static final Set<Thread> THREADS = ConcurrentHashMap.newKeySet();

  /** Passes every part on, and then takes its time. */
  @ServerEndpoint("/relay")
  public static class Relay {
    @OnMessage
    public void part(String part, boolean last, Session session) throws Exception {
      THREADS.add(Thread.currentThread());
      session.getBasicRemote().sendText(part, last);
      assertThat(MAY_RETURN.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void partsThatCallbacksSendMakeOneMessageOnWhateverThreads() throws Exception {
    Limits impatient = Limits.builder().stallTimeout(Duration.ofSeconds(2)).build();
    try (TautlineServer server =
            TautlineServer.builder()
                .port(0)
                .loops(1)
                .limits(impatient)
                .endpoints(Relay.class, Endpoints.Echo.class)
                .start();
        JdkClient other = new JdkClient(server.port(), "/echo");
        JdkClient client = new JdkClient(server.port(), "/relay")) {
      client.socket().sendText("a", false).join();
      await().until(() -> !THREADS.isEmpty());
      other
          .send("the loop has gone on with another thread")
          .expect("text the loop has gone on with another thread");
      MAY_RETURN.countDown();
      client.socket().sendText("b", true).join();
      client.expect("text ab");
      client.send("c").expect("text c");
      assertThat(THREADS).as("or this shows nothing").hasSizeGreaterThan(1);
    }
  }

  /** Sends a text in parts of one {@code char} each. */
  @ServerEndpoint("/chars")
  public static class Chars {
    @OnMessage
    public void text(String text, Session session) throws Exception {
      for (int i = 0; i < text.length(); i++) {
        session.getBasicRemote().sendText(text.substring(i, i + 1), i == text.length() - 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\uD83D\uDE00b", "\uD83D\uDE00", "\uD83D\uDE00\uD83D\uDE01", "\u00e9\u20ac"})
  void aTextMayBeCutWithinACharacter(String text) throws Exception {
    try (TautlineServer server = TautlineServer.builder().port(0).endpoints(Chars.class).start();
        JdkClient client = new JdkClient(server.port(), "/chars")) {
      client.send(text).expect("text " + text);
      client.send("and another").expect("text and another");
    }
  }
}
