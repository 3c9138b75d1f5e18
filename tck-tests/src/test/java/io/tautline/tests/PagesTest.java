package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of the class path, in folders and in jars. */
class PagesTest {
  private static final String[] FOLDERS = {
    "META-INF/", "META-INF/resources/", "META-INF/resources/css/"
  };
  private static final String FILE = "META-INF/resources/css/a.css";

  @TempDir private Path folder;

  private Path element(boolean jar) throws Exception {
    if (!jar) {
      Files.createDirectories(folder.resolve(FILE).getParent());
      Files.writeString(folder.resolve(FILE), "body {}");
      return folder;
    }
    Path made = folder.resolve("pages.jar");
    try (OutputStream file = Files.newOutputStream(made);
        JarOutputStream out = new JarOutputStream(file)) {
      for (String name : FOLDERS) {
        out.putNextEntry(new JarEntry(name));
      }
      out.putNextEntry(new JarEntry(FILE));
      out.write("body {}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return made;
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    URI uri = URI.create("http://localhost:" + port + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void filesAreAnsweredAndFoldersAreNot(boolean jar) throws Exception {
    URL[] urls = {element(jar).toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls);
        TautlineServer server =
            TautlineServer.builder().port(0).resources().classLoader(loader).endpoints().start()) {
      assertThat(get(server.port(), "/css/a.css").body()).isEqualTo("body {}");
      for (String path : new String[] {"/css", "/css/", "/css/b.css"}) {
        assertThat(get(server.port(), path).statusCode()).as(path).isEqualTo(404);
      }
    }
  }
}
