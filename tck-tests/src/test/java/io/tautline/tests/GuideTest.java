package io.tautline.tests;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import io.tautline.processor.TautlineProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every piece of Java in the guide compiles, with the processor and without a warning of it. */
class GuideTest {
  private static final Path GUIDE = Path.of("../docs/guide");

  /** Of which our part is compiled. */
  private static final Path COMPARISON = Path.of("../docs/comparison.md");

  private static final String IMPORTS =
      """
      package app;
      import static org.junit.jupiter.api.Assertions.*;
      import io.tautline.*;
      import io.tautline.boot.Tautline;
      import io.tautline.testing.*;
      import jakarta.inject.*;
      import jakarta.websocket.CloseReason;
      import jakarta.websocket.DecodeException;
      import jakarta.websocket.OnClose;
      import jakarta.websocket.OnError;
      import jakarta.websocket.OnMessage;
      import jakarta.websocket.OnOpen;
      import jakarta.websocket.Session;
      import jakarta.websocket.server.*;
      import java.net.URI;
      import java.time.Duration;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.function.Consumer;
      import org.junit.jupiter.api.Test;
      """;

  /** A piece of Java and where it stands. */
  record Snippet(String page, String source) {
    @Override
    public String toString() {
      return page + ": " + source.lines().findFirst().orElse("");
    }
  }

  static List<Snippet> snippets() throws IOException {
    List<Snippet> snippets = new ArrayList<>();
    try (Stream<Path> pages = Files.list(GUIDE)) {
      for (Path page : pages.sorted().toList()) {
        add(page, Files.readString(page), snippets);
      }
    }
    String comparison = Files.readString(COMPARISON);
    int ours = comparison.indexOf("## Tautline");
    add(COMPARISON, comparison.substring(ours, comparison.indexOf("\n## ", ours)), snippets);
    return snippets;
  }

  private static void add(Path page, String text, List<Snippet> snippets) {
    Matcher each = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(text);
    while (each.find()) {
      snippets.add(new Snippet(String.valueOf(page.getFileName()), each.group(1)));
    }
  }

  @ParameterizedTest
  @MethodSource("snippets")
  void everySnippetCompiles(Snippet snippet) {
    Compilation compilation =
        Compiler.javac()
            .withProcessors(new TautlineProcessor())
            .withOptions("-parameters")
            .compile(JavaFileObjects.forSourceString("app.Snippet", IMPORTS + snippet.source));
    assertThat(compilation).succeededWithoutWarnings();
  }

  @Test
  void everyPageHasOne() throws IOException {
    try (Stream<Path> pages = Files.list(GUIDE)) {
      assertThat(snippets().stream().map(Snippet::page).distinct())
          .containsAll(pages.map(page -> String.valueOf(page.getFileName())).toList());
    }
  }
}
