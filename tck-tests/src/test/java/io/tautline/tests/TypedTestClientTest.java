package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.Endpoint;
import io.tautline.EndpointClient;
import io.tautline.boot.TautlineServer;
import io.tautline.testing.Connect;
import io.tautline.testing.TautlineTest;
import io.tautline.testing.TypedTestClient;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A test's clients as typed as the application. */
@TautlineTest(TypedTestClientTest.Greeting.class)
class TypedTestClientTest {
  /** Greets. */
  @Endpoint("/typed-greeting")
  public static class Greeting {
    /** Somebody. */
    public record Name(String first) {}

    /** The greeting. */
    public record Hello(String text) {}

    @OnMessage
    Hello greet(Name name) {
      return new Hello("hello " + name.first());
    }
  }

  /** Its client. */
  @EndpointClient
  interface GreetingClient extends AutoCloseable {
    void greet(Greeting.Name name);

    @OnMessage
    void answered(Consumer<Greeting.Hello> listener);

    @OnClose
    void closed(Consumer<CloseReason> listener);

    @Override
    void close();
  }

  @Test
  void itSendsAndExpects(@Connect("/typed-greeting") TypedTestClient<GreetingClient> ann) {
    ann.client().greet(new Greeting.Name("Ann"));
    assertThat(ann.expect(Greeting.Hello.class).text()).isEqualTo("hello Ann");
    ann.client().greet(new Greeting.Name("Bob"));
    assertThatThrownBy(ann::expectClose)
        .isInstanceOf(AssertionError.class)
        .hasMessage("expected a CloseReason, but got Hello[text=hello Bob]");
    ann.close();
    assertThat(ann.expectClose()).isEqualTo(1000);
  }

  @Test
  void aRefusalIsAFailure(TautlineServer server) {
    assertThatThrownBy(() -> TypedTestClient.connect(server, GreetingClient.class, "/elsewhere"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("404");
  }
}
