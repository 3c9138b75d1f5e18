package io.tautline.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static io.tautline.processor.Compile.compile;
import static io.tautline.processor.Compile.fails;
import static io.tautline.processor.Compile.warns;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What javac says of mistakes in the model beyond Jakarta's. */
class EndpointDiagnosticsTest {
  @Test
  void everythingAtOnceCompilesWithoutAWord() {
    assertThat(
            compile(
                """
                @Endpoint(value = "/a/{id}/{color}/{room}", subprotocols = {"v1", "v2"},
                    maxMessageBytes = 10, idleTimeoutMillis = 0,
                    compression = io.tautline.Compression.ON,
                    allowedOrigins = {"https://example.org", "http://localhost:81", "*"},
                    slowConsumer = io.tautline.SlowConsumer.COALESCE,
                    maxQueuedBytes = 1, maxQueuedMessages = 1)
                class All {
                  enum Color { RED }
                  sealed interface Msg permits Say, Leave {}
                  record Say(String text) implements Msg {}
                  record Leave() implements Msg {}
                  record Quote(String share) {}
                  @io.tautline.OnHandshake java.util.concurrent.CompletionStage<io.tautline.Admission>
                      let(io.tautline.Handshake h, @PathParam("id") UUID id) { return null; }
                  @OnOpen @io.tautline.Broadcast("{room}") Say open(
                      Session s, @PathParam("color") Color c, @PathParam("room") io.tautline.Room r) {
                    return null;
                  }
                  @OnMessage void msg(Msg m, io.tautline.Peer p, io.tautline.Handshake h) {}
                  @OnMessage java.util.concurrent.CompletableFuture<Say> quote(Quote q) { return null; }
                  @OnError Say e1(IllegalStateException e) { return null; }
                  @OnError void e2(Throwable t, io.tautline.Handshake h) {}
                  @OnClose @io.tautline.Broadcast Leave close(CloseReason r) { return null; }
                }
                """))
        .succeededWithoutWarnings();
  }

  @Nested
  class OfTheClass {
    @Test
    void nothingThatIsCalled() {
      warns(
          "@Endpoint(\"/a\") class E {}",
          1,
          "[TL007] E is told nothing: none of its methods is a callback. Annotate one @OnMessage");
    }

    @Test
    void aSettingOutOfRange() {
      fails(
          "@Endpoint(value = \"/a\", maxMessageBytes = 0) class E { @OnOpen void o() {} }",
          1,
          "[TL008] maxMessageBytes is 0. Make it at least 1, or leave it out for the server's");
      fails(
          "@Endpoint(value = \"/a\", idleTimeoutMillis = -2) class E { @OnOpen void o() {} }",
          1,
          "[TL008] idleTimeoutMillis is -2. Make it at least 0");
    }

    @Test
    void whatIsNoOrigin() {
      fails(
          "@Endpoint(value = \"/a\", allowedOrigins = \"example.org\") class E {"
              + " @OnOpen void o() {} }",
          1,
          "[TL009] \"example.org\" in allowedOrigins is no origin. Write scheme and host");
      fails(
          "@Endpoint(value = \"/a\", allowedOrigins = \"https://a.b/\") class E {"
              + " @OnOpen void o() {} }",
          1,
          "[TL009] \"https://a.b/\" in allowedOrigins is no origin.");
    }

    @Test
    void whatIsNoSubprotocolOrNamedTwice() {
      fails(
          "@Endpoint(value = \"/a\", subprotocols = \"a b\") class E { @OnOpen void o() {} }",
          1,
          "[TL012] \"a b\" cannot be a subprotocol, which is a token (RFC 6455 §4.1).");
      fails(
          "@ServerEndpoint(value = \"/a\", subprotocols = {\"a\", \"a\"}) class E {}",
          1,
          "[TL012] subprotocol \"a\" is named twice. Remove one.");
    }

    @Test
    void limitsThatThereAreNot() {
      fails(
          "@Endpoint(value = \"/a\", limits = \"maxFragment=3\") class E { @OnOpen void o() {} }",
          1,
          "[TL013] \"maxFragment=3\" in limits names no limit; write one as \"pingInterval=10 s\"");
      fails(
          "@Endpoint(value = \"/a\", limits = \"pingInterval=10\") class E { @OnOpen void o() {} }",
          1,
          "[TL013] \"pingInterval=10\" in limits has no such value: pingInterval takes a time such");
      fails(
          "@Endpoint(value = \"/a\", limits = \"maxHeadBytes=1 KiB\") class E {"
              + " @OnOpen void o() {} }",
          1,
          "[TL013] \"maxHeadBytes=1 KiB\" in limits holds before the endpoint is known; set it for");
    }

    @Test
    void codersThatCannotBeMadeOrCodeNothing() {
      fails(
          "@ServerEndpoint(value = \"/a\", decoders = E.D.class) class E {\n"
              + " static abstract class D implements Decoder.Text<Date> {} }",
          1,
          "[TL070] decoder E.D cannot be instantiated. Make it a concrete class, static if it is");
      fails(
          "@ServerEndpoint(value = \"/a\", encoders = E.D.class) class E {\n"
              + " static class D implements Encoder {} }",
          1,
          "[TL071] encoder E.D codes nothing. Let it implement Encoder.Text, Binary, TextStream");
    }
  }

  @Nested
  class OfMessages {
    @Test
    void aLimitOnWhatComesInParts() {
      warns(
          "@Endpoint(\"/a\") class E {\n"
              + "@OnMessage(maxMessageSize = 5) void m(String s, boolean last) {} }",
          2,
          "[TL021] maxMessageSize of m bounds nothing: its message comes in parts");
    }

    @Test
    void twoTypesOfOneName() {
      fails(
          "@Endpoint(\"/a\") class E {\n"
              + "@OnMessage void a(X.Say s) {}\n@OnMessage void b(Y.Say s) {}\n"
              + "static class X { record Say() {} } static class Y { record Say() {} } }",
          3,
          "[TL027] messages of two classes would both have the type \"say\": app.E.X.Say and"
              + " app.E.Y.Say. Rename one.");
    }

    @Test
    void aTypeWithoutAName() {
      fails(
          "@Endpoint(\"/a\") class E {\n"
              + "@OnMessage void a(Say s) {}\n@OnMessage void b(List<Say> s) {}\n"
              + "record Say() {} }",
          3,
          "[TL028] `List<Say>` has no name by which the messages for b could be told from those");
    }

    @Test
    void aMethodThatIsNeverReached() {
      fails(
          "@Endpoint(\"/a\") class E {\n"
              + "@OnMessage void a(Msg m) {}\n@OnMessage void b(Say s) {}\n"
              + "sealed interface Msg {} record Say() implements Msg {} }",
          3,
          "[TL029] b(Say) never gets a message of type \"say\": a(Msg) takes it. Let each type");
    }

    @Test
    void aSecondMethodBesideOneForAnyText() {
      fails(
          "@Endpoint(\"/a\") class E {\n"
              + "@OnMessage void a(String s) {}\n@OnMessage void b(Say s) {}\n"
              + "record Say() {} }",
          3,
          "[TL022] two @OnMessage methods for text messages: a(String) and b(Say).");
    }
  }

  @Nested
  class OfOtherCallbacks {
    @Test
    void twoHandlersOfOneError() {
      fails(
          "@Endpoint(\"/a\") class E {\n"
              + "@OnError void a(java.io.IOException e) {}\n@OnError void b(java.io.IOException e) {} }",
          3,
          "[TL033] two @OnError methods for IOException: a(IOException) and b(IOException).");
    }

    @Test
    void valuesThatNobodyGets() {
      warns(
          "@ServerEndpoint(\"/a\") class E {\n@OnOpen String o() { return \"\"; } }",
          2,
          "[TL034] what @OnOpen method o returns is not sent: Jakarta WebSocket sends only what");
      warns(
          "@Endpoint(\"/a\") class E {\n@OnClose String c() { return \"\"; } }",
          2,
          "[TL035] what @OnClose method c returns reaches nobody, since the session has ended.");
    }

    @Test
    void aHandshakeThatDecidesNothing() {
      fails(
          "@Endpoint(\"/a\") class E {\n@io.tautline.OnHandshake boolean h() { return true; } }",
          2,
          "[TL050] @OnHandshake method h returns boolean. Return an Admission, a");
      fails(
          "@ClientEndpoint class E {\n@io.tautline.OnHandshake void h() {} }",
          2,
          "[TL051] a client lets nobody in, so its @OnHandshake is never called. Remove it;");
      fails(
          "@Endpoint(\"/a\") class E {\n@io.tautline.OnHandshake void h(Session s) {} }",
          2,
          "[TL030] @OnHandshake cannot be given `Session s`. It takes Handshake and @PathParam");
    }

    @Test
    void aBroadcastOfNothingOrToNowhere() {
      fails(
          "@Endpoint(\"/a\") class E {\n@OnOpen @io.tautline.Broadcast void o() {} }",
          2,
          "[TL060] @Broadcast method o returns no message. Return what is to be sent, or remove");
      fails(
          "@Endpoint(\"/{a}\") class E {\n"
              + "@OnMessage @io.tautline.Broadcast(\"x{b}\") int o(int i) { return i; } }",
          2,
          "[TL061] @Broadcast(\"x{b}\"): path \"/{a}\" has {a}. Use one of its names or add {b}");
      fails(
          "@ClientEndpoint class E {\n"
              + "@OnMessage @io.tautline.Broadcast int o(int i) { return i; } }",
          2,
          "[TL062] a client has no rooms. Remove @Broadcast from o.");
    }
  }

  @Nested
  class OfClients {
    private static final String CLIENT =
        "@io.tautline.EndpointClient interface C extends AutoCloseable {\n  ";

    @Test
    void everythingAtOnceCompilesWithoutAWord() {
      assertThat(
              compile(
                  """
                  @io.tautline.EndpointClient
                  interface All extends Sends<List<String>>, AutoCloseable {
                    record Say(String text) {}
                    sealed interface Msg permits Said, Left {}
                    record Said(String text) implements Msg {}
                    record Left() implements Msg {}
                    void text(String text);
                    void bytes(byte[] bytes);
                    java.util.concurrent.CompletionStage<Void> later(Say say);
                    java.util.concurrent.CompletionStage<Said> ask(Say say);
                    java.util.concurrent.CompletionStage<List<Said>> ask(
                        Map<String, Say> say, java.time.Duration patience);
                    @OnMessage void msg(java.util.function.Consumer<Msg> listener);
                    @OnMessage void say(java.util.function.Consumer<Say> listener);
                    @OnMessage void binary(java.util.function.Consumer<byte[]> listener);
                    @OnOpen void open(java.util.function.Consumer<Session> listener);
                    @OnClose void close(java.util.function.Consumer<CloseReason> listener);
                    @OnError void error(java.util.function.Consumer<Throwable> listener);
                    default void twice(Say say) { later(say); later(say); }
                    static void nothing() {}
                    @Override void close();
                  }
                  interface Sends<T> { void put(T message); }
                  """))
          .succeededWithoutWarnings();
    }

    @Test
    void noInterfaceOrOneThatCannotBeClosed() {
      fails("@io.tautline.EndpointClient abstract class C {}", 1, "[TL080] C cannot be a client.");
      fails("@io.tautline.EndpointClient interface C {}", 1, "[TL080] C cannot be a client.");
    }

    @Test
    void aListenerOfAnotherForm() {
      String told = "cannot say who is told. Let it take one Consumer of";
      fails(CLIENT + "@OnMessage void m(String text); }", 2, told + " what a message becomes");
      fails(
          CLIENT + "@OnClose void c(java.util.function.Consumer<String> l); }",
          2,
          told + " CloseReason");
      fails(
          CLIENT + "@OnMessage default void m(java.util.function.Consumer<String> l) {} }",
          2,
          "have no body");
    }

    @Test
    void aMessageForNobody() {
      fails(CLIENT + "void none(); }", 2, "[TL082] none() of C neither sends nor asks.");
      fails(CLIENT + "int answer(String q); }", 2, "[TL082]");
      fails(CLIENT + "<T> void any(T message); }", 2, "[TL082]");
    }

    @Test
    void aQuestionThatIsNoObject() {
      fails(
          CLIENT + "java.util.concurrent.CompletionStage<String> ask(String q); }",
          2,
          "[TL083] `String q` cannot be a question");
    }

    @Test
    void aTypeThatCannotBeNamed() {
      fails(
          "class Outer {\n  private record Secret() {}\n  @io.tautline.EndpointClient"
              + " interface C extends AutoCloseable {\n    void tell(Secret secret); } }",
          4,
          "[TL026] the private type of `Secret secret`");
    }
  }
}
