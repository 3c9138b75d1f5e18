package io.tautline.tests;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import io.tautline.boot.TautlineServer;
import io.tautline.processor.TautlineProcessor;
import io.tautline.tests.conformance.Asserts;
import jakarta.websocket.DeploymentException;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mistake reads the same in javac and, without the processor, at deployment. */
public class DiagnosticsAgreeTest {
  private static final String IMPORTS =
      """
      package app;
      import io.tautline.Endpoint;
      import jakarta.inject.*;
      import jakarta.websocket.*;
      import jakarta.websocket.server.*;
      import java.util.*;
      """;

  private static final Pattern MESSAGE = Pattern.compile("\\[TL\\d+] [^\n]*");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@Endpoint(\"chat\") public class E {}",
        "@Endpoint(\"/a//b\") public class E {}",
        "@Endpoint(\"/a\") public abstract class E {}",
        "@Endpoint(value = \"/a\", limits = \"pingInterval=10\") public class E { @OnOpen void o() {} }",
        "@Endpoint(\"/a\") public class E { E(int i) {} E(String s) {} }",
        "@Endpoint(\"/a\") public class E { @OnOpen private void o() {} }",
        "@Endpoint(\"/a\") public class E { @OnMessage void m(Session s) {} }",
        "@Endpoint(\"/a\") public class E { @OnMessage void m(String s, int n) {} }",
        "@Endpoint(\"/a\") public class E { @OnMessage void m(java.io.Reader r, boolean l) {} }",
        "@ServerEndpoint(\"/a\") public class E { @OnMessage void m(java.math.BigDecimal d) {} }",
        "@ServerEndpoint(\"/a\") public class E { @OnMessage void m(Map<String, int[]> d) {} }",
        "@Endpoint(\"/a\") public class E<T> { @OnMessage void m(T t) {} }",
        "@Endpoint(\"/a\") public class E { @OnOpen void o(CloseReason r) {} }",
        "@Endpoint(\"/a\") public class E { @OnOpen void o(Session a, Session b) {} }",
        "@Endpoint(\"/a\") public class E { @OnError void e() {} }",
        "@Endpoint(\"/{b}\") public class E { @OnOpen void o(@PathParam(\"c\") String c) {} }",
        "@Endpoint(\"/{b}\") public class E { @OnOpen void o(@PathParam(\"b\") Random d) {} }",
        "@ServerEndpoint(\"\") public class E {}",
        "@Endpoint(\"/a\") public class E { @OnOpen void a() {} @OnOpen void b(Session s) {} }",
        "@Endpoint(\"/a\") public class E { @OnClose void a() {} @OnClose void b(Session s) {} }",
        "@Endpoint(\"/a\") public class E { @OnMessage void a(String s) {} @OnMessage void b(int i) {} }",
        "@Endpoint(\"/a\") public class E<T> { @OnMessage void a(List<T> l) {} }",
        "@ServerEndpoint(\"/a\") public class E { @OnMessage void m(PongMessage p, boolean b) {} }",
        "@Endpoint(\"a\") public class E { @OnError void e() {} @OnClose void m(int i) {} }",
        "@ServerEndpoint(\"/a\") public class E { @OnMessage void m(java.nio.ByteBuffer b, int i) {} }",
        "@ServerEndpoint(\"/a\") public class E { @OnMessage void m(java.io.InputStream i, boolean b) {} }",
        "@ServerEndpoint(\"/a\") public class E { static class Bean {} @OnMessage void m(Bean b) {} }",
        "@ServerEndpoint(\"/{a}\") public class E { @OnMessage void m(String s, @PathParam(\"a\") List<?> l) {} }",
        "@Endpoint(value = \"/a\", maxMessageBytes = 0, allowedOrigins = \"x\") public class E {}",
        "@Endpoint(value = \"/a\", subprotocols = \"a b\") public class E {}",
        "@ServerEndpoint(value = \"/a\", decoders = E.D.class, encoders = E.F.class) public class E {"
            + " static abstract class D implements Decoder.Text<Date> {}"
            + " static class F implements Encoder {} }",
        "@Endpoint(\"/a\") public class E { record X() {} record Y() {}"
            + " @OnMessage void a(X x) {} @OnMessage void b(List<Y> y) {} }",
        "@Endpoint(\"/a\") public class E { sealed interface M {} record S() implements M {}"
            + " @OnMessage void a(M x) {} @OnMessage void b(S y) {} }",
        "@Endpoint(\"/a\") public class E { static class A { record S() {} } record S() {}"
            + " @OnMessage void a(A.S x) {} @OnMessage void b(S y) {} }",
        "@Endpoint(\"/a\") public class E { @OnError void a(Error e) {} @OnError void b(Error e) {} }",
        "@Endpoint(\"/a\") public class E { @io.tautline.OnHandshake int a() { return 1; } }",
        "@Endpoint(\"/a\") public class E { @OnOpen @io.tautline.Broadcast(\"{b}\") void a() {} }",
        "@Endpoint(\"/a\") public class E { private record R() {} @OnMessage void m(R r) {} }",
        "@Endpoint(\"/a\") public class E { private record R() {} @OnMessage void m(R[] r) {} }"
      })
  @Asserts({
    "WSC-4.1.1-3",
    "WSC-4.3-1",
    "WSC-4.4-3",
    "WSC-4.5-4",
    "WSC-4.6-3",
    "WSC-4.7-1",
    "WSC-4.7-4",
    "WSC-5.2.1-2",
    "TRAP-1"
  })
  void theSameWordsTwice(String source) throws Exception {
    JavaFileObject file = JavaFileObjects.forSourceString("app.E", IMPORTS + source);
    Compilation checked =
        Compiler.javac()
            .withProcessors(new TautlineProcessor())
            .withOptions("-parameters")
            .compile(file);
    assertThat(checked).failed();
    TreeSet<String> inJavac = new TreeSet<>();
    checked.errors().forEach(error -> inJavac.add(error.getMessage(null)));

    TreeSet<String> atDeployment = new TreeSet<>();
    Class<?> endpoint = Sources.compile("app.E", IMPORTS + source);
    try (TautlineServer server = TautlineServer.builder().port(0).endpoints(endpoint).start()) {
      throw new AssertionError("deployed on port " + server.port());
    } catch (DeploymentException e) {
      Matcher matcher = MESSAGE.matcher(String.valueOf(e.getMessage()));
      while (matcher.find()) {
        atDeployment.add(matcher.group());
      }
    }
    assertThat(atDeployment).isEqualTo(inJavac).isNotEmpty();
  }
}
