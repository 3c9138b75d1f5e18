package io.tautline.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static io.tautline.processor.Compile.compile;
import static io.tautline.processor.Compile.fails;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.tools.StandardLocation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TautlineProcessorTest {

  @Nested
  class GeneratedSource {
    @Test
    void itCompilesWithEveryLinterAndCallsDirectly() {
      Compilation compilation =
          compile(
              """
              @Endpoint("/a/{room}/{n}")
              class Chat extends Base {
                private final List<String> words;
                @Inject Chat(List<String> words, @Named("x\\"y") Random random) { this.words = words; }
                Chat() { this(List.of(), new Random()); }
                @OnMessage List<? extends Number> text(Map<String, int[]> m, @PathParam("n") long n) {
                  return List.of();
                }
                @OnMessage void binary(byte[] part, boolean last) {}
                @OnClose void close(CloseReason reason) {}
                @OnError void error(Throwable t, Session s) {}
              }
              class Base {
                @OnOpen void open(Session s, EndpointConfig c, @PathParam("room") String room) {}
              }
              """);
      assertThat(compilation).succeededWithoutWarnings();
      String binder = generated(compilation, "app/Chat_Binder.java");
      assertThat(binder)
          .contains(
              "new app.Chat(beans.get(java.util.List.class, null),"
                  + " beans.get(java.util.Random.class, \"x\\\"y\"))",
              "return endpoint.text((java.util.Map) in.message(), in.path(\"n\", long.class));",
              "endpoint.binary((byte[]) in.message(), in.last());",
              "endpoint.close(in.closeReason());",
              "endpoint.error(in.error(), in.session());",
              "endpoint.open(in.session(), in.config(),"
                  + " in.path(\"room\", java.lang.String.class));")
          .doesNotContain("reflect");
    }

    @Test
    void annotationsOfTypesAreNoPartOfThem() {
      Compilation compilation =
          compile(
              """
              @Endpoint("/{n}")
              class A {
                @OnOpen void o(@PathParam("n") @Min(1) int n) {}
                @OnMessage void m(@Min(1) byte @Min(2) [] bytes) {}
              }
              @java.lang.annotation.Target(java.lang.annotation.ElementType.TYPE_USE)
              @interface Min { int value(); }
              """);
      assertThat(compilation).succeededWithoutWarnings();
    }

    @Test
    void aClientMayBeMadeByOthers() {
      Compilation compilation =
          compile(
              """
              @ClientEndpoint
              class C {
                C(java.net.URI uri) {}
                C(java.net.URI uri, int retries) {}
                @OnMessage void m(String s) {}
                @ClientEndpoint private class Inner { @OnMessage void m(String s) {} }
              }
              """,
              """
              @ServerEndpoint(value = "/s", configurator = Maker.class)
              class S {
                S(int i) {}
                S(String s) {}
              }
              class Maker extends ServerEndpointConfig.Configurator {}
              """);
      assertThat(compilation).succeeded();
      assertThat(generated(compilation, "app/S_Binder.java"))
          .contains("throw new InstantiationException(\"[TL005] S has 2 constructors");
    }

    @Test
    void aMethodThatTwoInterfacesHaveIsOne() {
      Compilation compilation =
          compile(
              """
              @io.tautline.EndpointClient
              interface Both extends One, Other, AutoCloseable { void close(); }
              interface One { void say(String text); }
              interface Other { void say(String text); }
              """);
      assertThat(compilation).succeededWithoutWarnings();
    }

    /** Makes the class that the endpoint takes. */
    @SupportedAnnotationTypes("*")
    private static final class Maker extends AbstractProcessor {
      private boolean made;

      @Override
      public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
      }

      @Override
      public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        if (!made) {
          made = true;
          try (Writer file =
              processingEnv.getFiler().createSourceFile("app.made.Made").openWriter()) {
            file.write("package app.made; public record Made(String text) {}");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
        return false;
      }
    }

    @Test
    void aTypeMayBeMadeByAnotherProcessor() {
      Compilation compilation =
          Compiler.javac()
              .withProcessors(new TautlineProcessor(), new Maker())
              .compile(
                  JavaFileObjects.forSourceString(
                      "app.E",
                      Compile.IMPORTS
                          + "import app.made.Made;\n"
                          + "@Endpoint(\"/a\") class E { @OnMessage void m(List<Made> all) {} }"));
      assertThat(compilation).succeeded();
      assertThat(generated(compilation, "app/E_Binder.java")).contains("app.made.Made");
    }

    @Test
    void theIndexNamesEveryBinder() throws IOException {
      Compilation compilation =
          compile(
              "@Endpoint(\"/a\") class A { @OnMessage void m(String s) {} }",
              "class Outer { @ServerEndpoint(\"/b\") static class B { @OnOpen void o() {} } }");
      assertThat(compilation).succeededWithoutWarnings();
      assertThat(
              compilation
                  .generatedFile(
                      StandardLocation.CLASS_OUTPUT,
                      "META-INF/services/io.tautline.spi.EndpointBinder")
                  .orElseThrow()
                  .getCharContent(true)
                  .toString())
          .isEqualTo("app.A_Binder\napp.Outer_B_Binder\n");
    }

    @Test
    void theModelMayBeLongerThanAConstant() {
      StringBuilder kinds = new StringBuilder();
      for (int i = 0; i < 900; i++) {
        kinds.append("record ").append("K".repeat(80)).append(i).append("() implements Kind {}\n");
      }
      Compilation compilation =
          compile(
              "@Endpoint(\"/a\") class A { @OnMessage void m(Kind k) {} sealed interface Kind {} "
                  + kinds
                  + "}");
      assertThat(compilation).succeededWithoutWarnings();
    }

    @Test
    void coderTypesAreFollowedThroughSuperclasses() {
      Compilation compilation =
          compile(
              """
              @ServerEndpoint(value = "/c", decoders = Dec.class, encoders = Enc.class)
              public class C { @OnMessage public Date m(Date d) { return d; } }
              abstract class Half<X, Y> implements Decoder.Text<Y> {
                public boolean willDecode(String s) { return true; }
              }
              class Dec extends Half<String, Date> {
                public Date decode(String s) { return new Date(0); }
              }
              class Enc implements Encoder.Text<Date> {
                public String encode(Date d) { return ""; }
              }
              """);
      assertThat(compilation).succeededWithoutWarnings();
      assertThat(generated(compilation, "app/C_Binder.java"))
          .contains("\\napp.Dec\\n1\\nTEXT\\njava.util.Date\\nOTHER\\n0\\n0\\ntrue\\n");
    }

    private static String generated(Compilation compilation, String path) {
      try {
        return compilation
            .generatedFile(StandardLocation.SOURCE_OUTPUT, path)
            .orElseThrow()
            .getCharContent(true)
            .toString();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Nested
  class Diagnostics {
    @Test
    void aPathWithoutASlash() {
      fails(
          "@Endpoint(\"chat\") class E {}",
          1,
          "[TL001] path \"chat\" must begin with a slash. Write \"/chat\".");
    }

    @Test
    void aMalformedPath() {
      fails("@Endpoint(\"/a//b\") class E {}", 1, "[TL001] path \"/a//b\" has an empty segment.");
      fails("@Endpoint(\"/a{b}\") class E {}", 1, "[TL001] path \"/a{b}\" has a variable that is");
      fails("@Endpoint(\"/{a}/{a}\") class E {}", 1, "names the variable {a} twice. Rename one.");
      fails("@Endpoint(\"/{}\") class E {}", 1, "a variable without a proper name: {}.");
    }

    @Test
    void twoEndpointsOnOnePath() {
      fails(
          "@Endpoint(\"/a/{x}\") class E {}\n\n@ServerEndpoint(\"/a/{y}\") class F {}",
          3,
          "[TL003] F and E are both served at \"/a/{y}\". Change the path of one.");
    }

    @Test
    void aClassThatCannotBeInstantiated() {
      fails(
          "@Endpoint(\"/a\")\nabstract class E {}", 1, "[TL004] E cannot be instantiated. Make it");
      fails("class O {\n  @Endpoint(\"/a\") class E {}\n}", 2, "[TL004] O.E cannot be");
      fails("class O {\n  @Endpoint(\"/a\") private static class E {}\n}", 2, "[TL004] O.E cannot");
    }

    @Test
    void constructorsToChooseFrom() {
      fails(
          "@Endpoint(\"/a\") class E {\n  E(int i) {}\n  E(String s) {}\n}",
          1,
          "[TL005] E has 2 constructors to choose from. Annotate exactly one with @Inject,");
    }

    @Test
    void aMethodThatCannotBeCalled() {
      fails(
          "@Endpoint(\"/a\") class E {\n  @OnOpen private void o() {}\n}",
          2,
          "[TL010] @OnOpen method o cannot be called. Make it an instance method that is neither");
    }

    @Test
    void aCallbackTwice() {
      fails(
          "@Endpoint(\"/a\") class E {\n  @OnOpen void a() {}\n  @OnOpen void b(Session s) {}\n}",
          3,
          "[TL011] two @OnOpen methods: a() and b(Session). Keep one.");
    }

    @Test
    void noMessageParameterOrTwo() {
      fails(
          "@Endpoint(\"/a\") class E {\n  @OnMessage\n  void m(Session s) {}\n}",
          3,
          "[TL020] @OnMessage needs one message parameter besides Session; found 0. Add the");
      fails(
          "@Endpoint(\"/a\") class E {\n  @OnMessage void m(String s,\n    int n) {}\n}",
          3,
          "[TL020] @OnMessage needs one message parameter besides Session; found 2."
              + " Remove `int n` or annotate it @PathParam.");
    }

    @Test
    void twoHandlersForOneKind() {
      fails(
          "@Endpoint(\"/a\") class E {\n  @OnMessage void a(String s) {}\n"
              + "  @OnMessage void b(List<String> l) {}\n}",
          3,
          "[TL022] two @OnMessage methods for text messages: a(String) and b(List<String>).");
    }

    @Test
    void aPartOfWhatDoesNotComeInParts() {
      fails(
          "@Endpoint(\"/a\") class E {\n  @OnMessage void m(java.io.Reader r,\n   boolean last) {}}",
          3,
          "[TL023] `boolean last` tells the last part of a message, but Reader does not come");
    }

    @Test
    void aTypeThatCannotBeDecoded() {
      fails(
          "@ServerEndpoint(\"/a\") class E {\n  @OnMessage void m(java.math.BigDecimal d) {}\n}",
          2,
          "[TL024] a message cannot become `BigDecimal d`: BigDecimal has no decoder. Name a");
      fails(
          "@Endpoint(\"/a\") class E<T> {\n  @OnMessage void m(T t) {}\n}",
          2,
          "[TL024] a message cannot become `T t`: T has no decoder. Use a class instead");
    }

    @Test
    void aRecordNeedsNoDecoder() {
      assertThat(
              compile(
                  "@ServerEndpoint(\"/a\") class E { @OnMessage void m(R r) {} record R(int i) {} }"))
          .succeededWithoutWarnings();
    }

    @Test
    void aParameterThatACallbackCannotBeGiven() {
      fails(
          "@Endpoint(\"/a\") class E {\n  @OnOpen void o(\n    CloseReason r) {}\n}",
          3,
          "[TL030] @OnOpen cannot be given `CloseReason r`. It takes Session, Handshake, Peer,");
      fails(
          "@Endpoint(\"/a\") class E {\n  @OnOpen void o(Session a, Session b) {}\n}",
          2,
          "[TL031] @OnOpen method o(Session, Session) has a parameter twice. Remove one.");
      fails(
          "@Endpoint(\"/a\") class E {\n  @OnError void e(Session a) {}\n}",
          2,
          "[TL032] @OnError method e needs a Throwable parameter");
    }

    @Test
    void anUnknownPathVariable() {
      fails(
          "@Endpoint(\"/a/{room}\") class E {\n  @OnOpen void o(\n  @PathParam(\"rom\") String r) {}}",
          3,
          "[TL040] @PathParam(\"rom\"): path \"/a/{room}\" has {room}. Use one of its names or add");
    }

    @Test
    void anUnknownPathVariableOfAJakartaEndpointIsAWarning() {
      Compilation compilation =
          Compiler.javac()
              .withProcessors(new TautlineProcessor())
              .compile(
                  JavaFileObjects.forSourceString(
                      "app.E",
                      Compile.IMPORTS
                          + "@ServerEndpoint(\"/a\") class E {\n"
                          + "  @OnOpen void o(@PathParam(\"x\") String x) {}\n}"));
      assertThat(compilation).succeeded();
      assertThat(compilation)
          .hadWarningContaining("[TL040] @PathParam(\"x\"): path \"/a\" has no variables.")
          .inFile(compilation.sourceFiles().get(0))
          .onLine(8);
    }

    @Test
    void aPathVariableOfAnOddType() {
      fails(
          "@Endpoint(\"/{a}\") class E {\n  @OnOpen void o(@PathParam(\"a\") Random d) {}\n}",
          2,
          "[TL041] @PathParam `Random d` cannot be read from a path. Make it a String, a primitive,");
    }

    @Test
    void everyProblemIsToldAtOnce() {
      Compilation compilation =
          compile("@Endpoint(\"a\") class E { @OnError void e() {} @OnMessage void m() {} }");
      assertThat(compilation.errors()).hasSize(3);
    }
  }
}
