package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import jakarta.websocket.OnMessage;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a peer can begin on one connection is bounded, also where handlers do not wait for it. */
class PendingAnswersTest {
  private static final BlockingQueue<CompletableFuture<String>> PROMISED =
      new LinkedBlockingQueue<>();

  /** Promises answers that the test gives. */
  @Endpoint("/promises")
  public static class Promising {
    @OnMessage
    CompletionStage<String> later(String text) {
      CompletableFuture<String> answer = new CompletableFuture<>();
      PROMISED.add(answer);
      return answer;
    }
  }

  private static TautlineServer server(Limits limits) throws Exception {
    PROMISED.clear();
    return TautlineServer.builder().port(0).limits(limits).endpoints(Promising.class).start();
  }

  @Test
  void aPeerIsNotReadWhileManyAnswersArePromised() throws Exception {
    Limits limits = Limits.builder().maxPendingAnswers(3).build();
    try (TautlineServer server = server(limits);
        JdkClient client = new JdkClient(server.port(), "/promises");
        JdkClient other = new JdkClient(server.port(), "/promises")) {
      for (int i = 0; i < 20; i++) {
        client.send("question " + i);
      }
      await().until(() -> PROMISED.size() == 3);
      other.send("of another connection");
      await().until(() -> PROMISED.size() == 4); // and not one more of the first
      for (int i = 0; i < 21; i++) {
        CompletableFuture<String> next = PROMISED.poll(10, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        next.complete("answer");
      }
    }
  }

  @Test
  void everyQuestionIsAnsweredHoweverFewMayBePending() throws Exception {
    Limits limits =
        Limits.builder().maxPendingAnswers(1).messageTimeout(Duration.ofSeconds(30)).build();
    try (TautlineServer server = server(limits);
        JdkClient client = new JdkClient(server.port(), "/promises")) {
      for (int i = 0; i < 100; i++) {
        client.send("question " + i);
      }
      for (int i = 0; i < 100; i++) {
        CompletableFuture<String> next = PROMISED.poll(10, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        assertThat(PROMISED).isEmpty();
        next.complete("answer " + i);
        client.expect("text answer " + i);
      }
    }
  }
}
