package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chat's own class, with Jakarta's annotation and without our processor. */
class ChatWithoutProcessorTest {
  @TempDir Path folder;

  @Test
  void theSameClassRunsAsServerEndpointByReflection() throws Exception {
    Path classes = compile();
    assertThat(classes.resolve("io/tautline/samples/chat/Chat_Binder.class")).doesNotExist();
    ClassLoader parent = getClass().getClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, parent);
        TautlineServer server =
            TautlineServer.builder()
                .port(0)
                .classLoader(loader)
                .endpoints(loader.loadClass("io.tautline.samples.chat.Chat"))
                .start();
        JdkClient ann = new JdkClient(server.port(), "/chat/blue")) {
      ann.send("{\"type\":\"join\",\"name\":\"Ann\"}");
      ann.expect("text {\"type\":\"history\",\"messages\":[]}");
      ann.expect("text {\"type\":\"members\",\"names\":[\"Ann\"]}");
      ann.send("{\"type\":\"say\",\"text\":\"hello\"}");
      assertThat(ann.next()).contains("\"type\":\"said\"", "\"name\":\"Ann\"");
    }
  }

  @Test
  void aScanFindsTheClass() throws Exception {
    Path classes = compile();
    try (URLClassLoader loader =
            new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, ClassLoader.getSystemClassLoader());
        TautlineServer server = TautlineServer.builder().port(0).classLoader(loader).start()) {
      assertThat(server.endpoints())
          .anyMatch(model -> model.className().equals("io.tautline.samples.chat.Chat"));
    }
  }

  /** Compiles the sample with {@code @ServerEndpoint}; of the processors only avaje-inject's. */
  private Path compile() throws IOException {
    Path sources = Files.createDirectories(folder.resolve("sources"));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(Path.of(System.getProperty("chat.sources")))) {
      for (Path source : all.filter(file -> file.toString().endsWith(".java")).toList()) {
        String text =
            Files.readString(source)
                .replace(
                    "import io.tautline.Endpoint;",
                    "import jakarta.websocket.server.ServerEndpoint;")
                .replace("@Endpoint(", "@ServerEndpoint(");
        files.add(Files.writeString(sources.resolve(source.getFileName()), text));
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-d", classes.toString(),
              "-classpath", System.getProperty("java.class.path"),
              "-processor", "io.avaje.inject.generator.InjectProcessor");
      assertThat(
              compiler
                  .getTask(
                      null,
                      manager,
                      null,
                      options,
                      null,
                      manager.getJavaFileObjectsFromPaths(files))
                  .call())
          .isTrue();
    }
    return classes;
  }
}
