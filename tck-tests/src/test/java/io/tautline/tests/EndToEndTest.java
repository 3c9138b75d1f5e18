package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import io.tautline.tests.Servers.Binding;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Annotated classes against the JDK's client, bound in both ways. */
@ParameterizedClass
@EnumSource(Binding.class)
class EndToEndTest {
  private final Binding binding;
  private TautlineServer server;

  EndToEndTest(Binding binding) {
    this.binding = binding;
  }

  @BeforeEach
  void start() throws Exception {
    server =
        Servers.start(
            binding,
            Endpoints.Echo.class,
            Endpoints.Parts.class,
            Endpoints.Callbacks.class,
            Endpoints.Shapes.class,
            Endpoints.Numbers.class);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private JdkClient connect(String path) {
    return new JdkClient(server.port(), path);
  }

  @Test
  void textAndBinaryComeBack() throws Exception {
    try (JdkClient client = connect("/echo")) {
      client.send("héllo").expect("text héllo");
      client.send("").expect("text ");
      client.socket().sendBinary(ByteBuffer.wrap(new byte[70_000]), true).join();
      int received = 0;
      while (received < 70_000) {
        received += Integer.parseInt(client.next().substring("binary ".length()));
      }
      assertThat(received).isEqualTo(70_000);
    }
  }

  @Test
  void fragmentsBecomeOneMessage() throws Exception {
    try (JdkClient client = connect("/echo")) {
      client.socket().sendText("frag", false).join();
      client.socket().sendText("men", false).join();
      client.socket().sendPing(ByteBuffer.allocate(3)).join();
      client.socket().sendText("ted", true).join();
      client.expect("pong 3");
      client.expect("text fragmented");
    }
  }

  @Test
  void partsAreHandedOnAsTheyCome() throws Exception {
    try (JdkClient client = connect("/parts")) {
      client.socket().sendText("a", false).join();
      client.expect("text a,");
      client.socket().sendText("b", true).join();
      client.expect("text b|");
      client.socket().sendBinary(ByteBuffer.allocate(7), false).join();
      client.expect("binary 7");
      client.socket().sendBinary(ByteBuffer.allocate(2), true).join();
      client.expect("binary 1");
    }
  }

  @Test
  void aPongReachesItsMethod() throws Exception {
    try (JdkClient client = connect("/echo")) {
      client.socket().sendPong(ByteBuffer.allocate(5)).join();
      client.expect("text pong of 5 bytes");
    }
  }

  @Test
  void callbacksAreGivenTheirParameters() throws Exception {
    try (JdkClient client = connect("/callbacks/b%20c/41")) {
      client.expect("text open b c 42 true");
      client.send("2").expect("text 82");
      client.send("-1").expect("text b c negative");
      client.send("x").expect("text b c not a int");
      client.send("3").expect("text 123");
      client.socket().sendClose(4002, "enough").join();
      client.expect("close 4002 ");
      await().until(() -> "4002 enough".equals(Endpoints.CLOSED.remove("b c")));
    }
  }

  @Test
  void jsonOfSealedTypesNeedsNoAnnotation() throws Exception {
    try (JdkClient client = connect("/shapes")) {
      client.send("{\"radius\":2.5,\"type\":\"circle\"}");
      client.expect(
          "text [{\"type\":\"circle\",\"radius\":2.5},{\"type\":\"circle\",\"radius\":2.5}]");
      String group =
          "{\"type\":\"group\",\"shapes\":[{\"type\":\"circle\",\"radius\":1.0}],"
              + "\"color\":\"BLUE\",\"at\":\"2026-01-02T03:04:05Z\"}";
      client.send(group).expect("text [" + group + "," + group + "]");
    }
  }

  @Test
  void malformedJsonUnhandledClosesWith1007() throws Exception {
    for (String bad :
        new String[] {"{", "{\"type\":\"square\"}", "{\"radius\":1}", "null", "[]", ""}) {
      try (JdkClient client = connect("/shapes")) {
        client.send(bad).expect("close 1007 message could not be decoded");
      }
    }
  }

  @Test
  void malformedJsonReachesOnErrorAndTheSessionLives() throws Exception {
    try (JdkClient client = connect("/numbers")) {
      client.send("[1,2").next();
      client
          .send("[1,\"secret\"]")
          .expect("text [1,\"secret\"]: malformed JSON message at line 1, column 4 ($[1])");
      client.send("[1,2]").expect("text 3");
    }
  }

  @Test
  void aKindThatNobodyHandlesClosesAnEndpointWith1003() throws Exception {
    try (JdkClient client = connect("/callbacks/x/1")) {
      client.expect("text open x 2 true");
      client.socket().sendBinary(ByteBuffer.allocate(1), true).join();
      client.expect("close 1003 this endpoint takes no binary messages");
    }
  }

  @Test
  void anUnknownPathIs404() {
    assertThatThrownBy(() -> connect("/nowhere"))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(404));
  }

  @Test
  void aPlainVisitToAnEndpointIs426() throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/echo"))
                    .version(HttpClient.Version.HTTP_1_1)
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(426);
    assertThat(answer.body()).contains("websocket");
  }

  @Test
  void aMessageOverTheLimitClosesWith1009() throws Exception {
    try (JdkClient client = connect("/echo")) {
      client.socket().sendText("x".repeat((1 << 20) + 1), true).join();
      assertThat(client.next()).startsWith("close 1009");
    }
  }
}
