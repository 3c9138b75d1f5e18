package io.tautline.tests;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource({
    "a.html, text/html; charset=utf-8",
    "a.HTML, text/html; charset=utf-8",
    "a.xhtml, application/xhtml+xml",
    "a.mjs, text/javascript; charset=utf-8",
    "a.wasm, application/wasm",
    "a.webmanifest, application/manifest+json",
    "a.JPG, image/jpeg",
    "a.woff2, font/woff2",
    "a.b.css, text/css; charset=utf-8",
    "a, application/octet-stream",
    "a.unknown, application/octet-stream"
  })
  void filesHaveTheirMediaTypes(String name, String type) throws Exception {
    Path resources = folder.resolve("META-INF/resources");
    Files.createDirectories(resources);
    Files.writeString(resources.resolve(name), "x");
    URL[] urls = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls);
        TautlineServer server =
            TautlineServer.builder().port(0).resources().classLoader(loader).endpoints().start()) {
      HttpResponse<String> answer = get(server.port(), "/" + name);
      assertThat(answer.headers().firstValue("Content-Type")).hasValue(type);
      assertThat(answer.headers().firstValue("Date"))
          .hasValueSatisfying(
              date ->
                  assertThat(
                          Duration.between(
                                  ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME),
                                  ZonedDateTime.now())
                              .abs())
                      .isLessThan(Duration.ofMinutes(1)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "Host: a\r\nHost: a\r\n", "Host:\r\n", "Host: a b\r\n", "Host: a/b\r\n",
        "Host: a:b\r\n", "Host: a:1:2\r\n", "Host: [::1\r\n", "Host: :80\r\n", "Host: u@a\r\n"
      })
  void aPageIsForARequestWithOneValidHost(String hosts) throws Exception {
    URL[] urls = {element(false).toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls);
        TautlineServer server =
            TautlineServer.builder().port(0).resources().classLoader(loader).endpoints().start();
        Socket peer = new Socket("localhost", server.port())) {
      peer.getOutputStream()
          .write(("GET /css/a.css HTTP/1.1\r\n" + hosts + "\r\n").getBytes(US_ASCII));
      assertThat(new String(peer.getInputStream().readNBytes(12), US_ASCII))
          .isEqualTo("HTTP/1.1 400");
    }
  }

  @Test
  void aLongPageIsSentAsLongAsItsReaderTakesItAndIsNotKeptInMemory() throws Exception {
    int size = 16 << 20;
    Path resources = folder.resolve("META-INF/resources");
    Files.createDirectories(resources);
    Files.write(resources.resolve("long.bin"), new byte[size]);
    URL[] urls = {folder.toUri().toURL()};
    Limits limits =
        Limits.builder()
            .handshakeTimeout(Duration.ofMillis(300))
            .stallTimeout(Duration.ofSeconds(5))
            .build();
    List<Socket> readers = new ArrayList<>();
    try (URLClassLoader loader = new URLClassLoader(urls);
        TautlineServer server =
            TautlineServer.builder()
                .port(0)
                .limits(limits)
                .resources()
                .classLoader(loader)
                .endpoints()
                .start()) {
      long before = used();
      for (int i = 0; i < 40; i++) { // together more than the heap of this test holds
        Socket reader = new Socket();
        reader.setReceiveBufferSize(16 << 10);
        reader.connect(new InetSocketAddress("localhost", server.port()));
        reader
            .getOutputStream()
            .write("GET /long.bin HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
        readers.add(reader);
      }
      for (Socket reader : readers) {
        assertThat(reader.getInputStream().read()).isEqualTo('H');
      }
      assertThat(used() - before).isLessThan(64 << 20);
      Socket slow = readers.get(0);
      long begun = System.nanoTime();
      long read = 1;
      byte[] some = new byte[256 << 10];
      for (int n = 0; n >= 0; n = slow.getInputStream().read(some)) {
        read += n;
        if (System.nanoTime() - begun < 1_000_000_000L) {
          LockSupport.parkNanos(50_000_000); // so that it takes longer than a handshake may
        }
      }
      assertThat(read).isGreaterThan(size).isLessThan(size + 500);
    } finally {
      for (Socket reader : readers) {
        reader.close();
      }
    }
  }

  @Test
  void pagesAreBelowTheContextPathAsEndpointsAre() throws Exception {
    URL[] urls = {element(false).toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls);
        TautlineServer server =
            TautlineServer.builder()
                .port(0)
                .contextPath("/app")
                .resources()
                .classLoader(loader)
                .endpoints()
                .start()) {
      assertThat(get(server.port(), "/app/css/a.css").body()).isEqualTo("body {}");
      assertThat(get(server.port(), "/css/a.css").statusCode()).isEqualTo(404);
    }
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
