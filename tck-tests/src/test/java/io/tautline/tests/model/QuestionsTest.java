package io.tautline.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.Endpoint;
import io.tautline.Peer;
import io.tautline.boot.TautlineServer;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.OnMessage;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Questions and answers over one connection. */
class QuestionsTest {
  private static final BlockingQueue<String> OUTCOMES = new LinkedBlockingQueue<>();

  /** A question. */
  public record Add(int a, int b) {}

  /** Its answer. */
  public record Sum(int sum) {}

  /** Has the server ask. */
  public record AskMe(int a, long millis) {}

  /** Has an id of its own. */
  public record Query(int id) {}

  /** Answers and asks. */
  @Endpoint("/questions")
  public static class Calculator {
    @OnMessage
    CompletionStage<Sum> add(Add add) {
      return CompletableFuture.supplyAsync(() -> new Sum(add.a() + add.b()));
    }

    @OnMessage
    String query(Query query) {
      return "query " + query.id();
    }

    @OnMessage
    void askMe(AskMe how, Peer peer) {
      CompletionStage<Sum> answer =
          peer.ask(new Add(how.a(), 1), Sum.class, Duration.ofMillis(how.millis()));
      answer.whenComplete(
          (sum, failure) ->
              OUTCOMES.add(sum != null ? "sum " + sum.sum() : failure.getClass().getSimpleName()));
    }

    @OnMessage
    void notAnObject(Say say, Peer peer) {
      peer.ask("text", Sum.class, Duration.ofSeconds(1))
          .whenComplete((sum, failure) -> OUTCOMES.add(String.valueOf(failure.getMessage())));
    }
  }

  /** Anything. */
  public record Say() {}

  @BeforeEach
  void clear() {
    OUTCOMES.clear();
  }

  private static void expectOutcome(String outcome) throws InterruptedException {
    assertThat(OUTCOMES.poll(10, TimeUnit.SECONDS)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void aQuestionIsAnsweredByItsNumber(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Calculator.class);
        JdkClient client = new JdkClient(server.port(), "/questions")) {
      client
          .send("{ \"id\" : 42 , \"type\":\"add\",\"a\":1,\"b\":2}")
          .expect("text {\"re\":42,\"sum\":3}");
      client.send("{\"type\":\"add\",\"a\":1,\"b\":3}").expect("text {\"sum\":4}");
    }
  }

  @Test
  void anIdThatTheTypeDeclaresIsItsOwn() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Calculator.class);
        JdkClient client = new JdkClient(server.port(), "/questions")) {
      client.send("{\"id\":7,\"type\":\"query\"}").expect("text query 7");
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void theServerAsksAndHearsTheAnswer(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Calculator.class);
        JdkClient client = new JdkClient(server.port(), "/questions")) {
      client.send("{\"type\":\"askMe\",\"a\":7,\"millis\":10000}");
      client.expect("text {\"id\":1,\"a\":7,\"b\":1}");
      client.send("{\"re\":99,\"sum\":0}"); // nobody asked
      client.send("{\"re\":1,\"sum\":8}");
      expectOutcome("sum 8");
      client.send("{\"type\":\"add\",\"a\":1,\"b\":3}").expect("text {\"sum\":4}");
    }
  }

  @Test
  void aQuestionWithoutAnAnswerFails() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Calculator.class)) {
      try (JdkClient client = new JdkClient(server.port(), "/questions")) {
        client.send("{\"type\":\"askMe\",\"a\":7,\"millis\":30}");
        client.expect("text {\"id\":1,\"a\":7,\"b\":1}");
        expectOutcome("TimeoutException");
        client.send("{\"re\":1,\"sum\":8}"); // too late, and no harm
        client.send("{\"type\":\"askMe\",\"a\":8,\"millis\":10000}");
        client.expect("text {\"id\":2,\"a\":8,\"b\":1}");
        client.send("{\"re\":2,\"sum\":\"many\"}");
        expectOutcome("DecodeException");
        client.send("{\"type\":\"say\"}");
        expectOutcome(
            "a question or an answer is a JSON object; send a record, not a value or a list");
        client.send("{\"type\":\"askMe\",\"a\":9,\"millis\":10000}");
        assertThat(client.next()).endsWith(",\"a\":9,\"b\":1}");
      }
      expectOutcome("IOException");
    }
  }
}
