package io.tautline.tests.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.tautline.tests.JdkClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples behind a real nginx, with the files under {@code deploy}. */
class NginxTest {
  private static final Path NGINX = Path.of("/usr/sbin/nginx");

  @TempDir Path folder;

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Starts nginx with a sample's snippet, its ports replaced by free ones. */
  private Process nginx(String sample, int from, int backend, int port) throws IOException {
    boolean installed = Files.isExecutable(NGINX);
    if (System.getenv("CI") != null) {
      assertThat(installed).as("CI installs nginx-light").isTrue();
    }
    assumeThat(installed).as("no %s: apt-get install nginx-light", NGINX).isTrue();
    String snippet =
        Files.readString(Path.of("../samples", sample, "deploy/nginx.conf"))
            .replace("listen 80;", "listen 127.0.0.1:" + port + ";")
            .replace("127.0.0.1:" + from, "127.0.0.1:" + backend);
    Path config = folder.resolve("nginx.conf");
    Files.writeString(
        config,
        "daemon off; pid nginx.pid; error_log error.log;\nevents {}\nhttp {\naccess_log off;\n"
            + "client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f;\n"
            + "uwsgi_temp_path u; scgi_temp_path s;\n"
            + snippet
            + "}\n");
    return new ProcessBuilder(
            NGINX.toString(), "-e", "error.log", "-p", folder.toString(), "-c", config.toString())
        .inheritIO()
        .start();
  }

  private static void awaitPort(int port) {
    await()
        .ignoreExceptions()
        .until(
            () -> {
              try (Socket socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected();
              }
            });
  }

  @Test
  void theEchoIsReachedThroughNginxByPagesOfItsHostAlone() throws Exception {
    int backend = freePort();
    int port = freePort();
    Process nginx = nginx("echo", 9000, backend, port);
    try (SampleProcess server =
        new SampleProcess("echo", "server", "--addr=127.0.0.1", "--port=" + backend)) {
      awaitPort(port);
      awaitPort(backend);
      Map<String, String> page = Map.of("Origin", "http://localhost:" + port);
      try (JdkClient client = new JdkClient(port, "/echo_service", page)) {
        Map<String, String> other = Map.of("Origin", "http://localhost:1");
        assertThat(JdkClient.refusal(port, "/echo_service", other).statusCode()).isEqualTo(403);
        client.send("x".repeat(100_000));
        client.expect("text " + "x".repeat(100_000));
        assertThat(server.terminate()).isZero();
        client.expect("close 1001 the server is stopping");
      }
    } finally {
      nginx.destroy();
    }
  }

  @Test
  void thePageOfTheChatComesThroughNginx() throws Exception {
    int backend = freePort();
    int port = freePort();
    Process nginx = nginx("chat", 8080, backend, port);
    try (SampleProcess chat =
        new SampleProcess("chat", "--host", "127.0.0.1", "--port", Integer.toString(backend))) {
      awaitPort(port);
      awaitPort(backend);
      HttpResponse<String> page =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/")).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(page.body()).contains("Tautline chat");
      Map<String, String> origin = Map.of("Origin", "http://localhost:" + port);
      try (JdkClient client = new JdkClient(port, "/chat/blue", origin)) {
        client.send("{\"type\":\"join\",\"name\":\"ann\"}");
        assertThat(client.next()).contains("history");
      }
      Map<String, String> other = Map.of("Origin", "http://localhost:1");
      assertThat(JdkClient.refusal(port, "/chat/blue", other).statusCode()).isEqualTo(403);
      assertThat(chat.terminate()).isZero();
    } finally {
      nginx.destroy();
    }
  }

  @Test
  void thePipeIsReachedThroughNginx() throws Exception {
    int backend = freePort();
    int port = freePort();
    Process nginx = nginx("pipe", 7890, backend, port);
    try (Pipe pipe = new Pipe(folder, "--lines", "--addr", "127.0.0.1", "--port=" + backend)) {
      awaitPort(port);
      try (JdkClient client = new JdkClient(port, "/any/path")) {
        pipe.write("through nginx\n");
        client.expect("text through nginx");
      }
    } finally {
      nginx.destroy();
    }
  }
}
