package io.tautline.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import javax.tools.JavaFileObject;

/** Compiles classes of a test with the processor. */
final class Compile {
  private Compile() {}

  static final String IMPORTS =
      """
      package app;
      import io.tautline.Endpoint;
      import jakarta.inject.*;
      import jakarta.websocket.*;
      import jakarta.websocket.server.*;
      import java.util.*;
      """;

  /** Compiles a class; its first line is line 7. */
  static Compilation compile(String... sources) {
    JavaFileObject[] files = new JavaFileObject[sources.length];
    for (int i = 0; i < sources.length; i++) {
      String name = sources[i].replaceAll("(?s)^.*?(?:class|record|interface) (\\w+).*$", "$1");
      files[i] = JavaFileObjects.forSourceString("app." + name, IMPORTS + sources[i]);
    }
    return Compiler.javac()
        .withProcessors(new TautlineProcessor())
        .withOptions("-Xlint:all,-processing", "-Werror", "-parameters")
        .compile(files);
  }

  static void fails(String source, int line, String message) {
    Compilation compilation = compile(source);
    assertThat(compilation)
        .hadErrorContaining(message)
        .inFile(compilation.sourceFiles().get(0))
        .onLine(line + 6);
  }

  /** Expects a warning and nothing worse. */
  static void warns(String source, int line, String message) {
    Compilation compilation =
        Compiler.javac()
            .withProcessors(new TautlineProcessor())
            .withOptions("-parameters")
            .compile(JavaFileObjects.forSourceString("app.E", IMPORTS + source));
    assertThat(compilation).succeeded();
    assertThat(compilation)
        .hadWarningContaining(message)
        .inFile(compilation.sourceFiles().get(0))
        .onLine(line + 6);
  }
}
