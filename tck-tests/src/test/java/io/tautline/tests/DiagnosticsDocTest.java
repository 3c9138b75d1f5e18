package io.tautline.tests;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import io.tautline.EndpointClient;
import io.tautline.boot.Tautline;
import io.tautline.boot.TautlineServer;
import io.tautline.processor.TautlineProcessor;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/diagnostics.md} names every code, and each of its examples gives what it says. */
class DiagnosticsDocTest {
  private static final Path ROOT = Path.of("..");
  private static final String IMPORTS =
      """
      package app;
      import io.tautline.*;
      import jakarta.websocket.ClientEndpoint;
      import jakarta.websocket.CloseReason;
      import jakarta.websocket.Decoder;
      import jakarta.websocket.Encoder;
      import jakarta.websocket.OnClose;
      import jakarta.websocket.OnError;
      import jakarta.websocket.OnMessage;
      import jakarta.websocket.OnOpen;
      import jakarta.websocket.Session;
      import jakarta.websocket.server.*;
      import java.util.*;
      import java.util.concurrent.CompletionStage;
      import java.util.function.Consumer;
      """;

  /** One section of the page. */
  record Section(String code, boolean error, String example) {}

  static List<Section> sections() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/diagnostics.md"));
    Matcher each =
        Pattern.compile(
                "## (TL\\d+)\n\n\\*(Error|Warning)\\.\\*.*?```java\n(.*?)```", Pattern.DOTALL)
            .matcher(page);
    List<Section> sections = new ArrayList<>();
    while (each.find()) {
      sections.add(new Section(each.group(1), each.group(2).equals("Error"), each.group(3)));
    }
    return sections;
  }

  @Test
  void everyCodeHasASection() throws IOException {
    TreeSet<String> codes = new TreeSet<>();
    try (Stream<Path> rules = Files.list(ROOT.resolve("api/src/main/java/io/tautline/model"))) {
      for (Path file : rules.sorted(Comparator.naturalOrder()).toList()) {
        Matcher code = Pattern.compile("\"(TL\\d+)\"").matcher(Files.readString(file));
        while (code.find()) {
          codes.add(code.group(1));
        }
      }
    }
    assertThat(sections().stream().map(Section::code)).containsExactlyElementsOf(codes);
    assertThat(codes).hasSizeGreaterThanOrEqualTo(30);
  }

  @ParameterizedTest
  @MethodSource("sections")
  void eachExampleIsToldInJavacAndAtDeployment(Section section) throws Exception {
    String source = IMPORTS + section.example;
    Compilation compilation =
        Compiler.javac()
            .withProcessors(new TautlineProcessor())
            .withOptions("-parameters")
            .compile(JavaFileObjects.forSourceString("app.E", source));
    List<String> told =
        compilation.diagnostics().stream()
            .filter(d -> (d.getKind() == Diagnostic.Kind.ERROR) == section.error)
            .map(d -> d.getMessage(null))
            .filter(message -> message.startsWith("[TL"))
            .toList();
    assertThat(told).hasSize(1);
    String words = told.get(0);
    assertThat(words).startsWith("[" + section.code + "] ");
    if (!section.error) {
      assertThat(compilation).succeeded();
      return; // what a warning says at deployment is in the log, see LogTest
    }
    Class<?> first = Sources.compile("app.E", source);
    List<Class<?>> classes = new ArrayList<>(List.of(first));
    if (section.example.contains("class F")) {
      classes.add(first.getClassLoader().loadClass("app.F"));
    }
    if (first.isAnnotationPresent(EndpointClient.class)) {
      assertThatThrownBy(
              () ->
                  Tautline.clients().connect(first, URI.create("ws://localhost:1/"), client -> {}))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining(words);
    } else if (first.isAnnotationPresent(ClientEndpoint.class)) {
      assertThatThrownBy(
              () ->
                  ContainerProvider.getWebSocketContainer()
                      .connectToServer(first, URI.create("ws://localhost:1/")))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining(words);
    } else {
      assertThatThrownBy(() -> deploy(classes))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining(words);
    }
  }

  private static void deploy(List<Class<?>> classes) throws Exception {
    TautlineServer.builder().port(0).endpoints(classes.toArray(Class<?>[]::new)).start().close();
  }
}
