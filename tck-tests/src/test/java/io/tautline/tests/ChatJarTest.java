package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.Certificates;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chat as a newcomer starts it: {@code java -jar chat.jar}. */
class ChatJarTest {
  @Test
  void itSaysWhatItServesAndWhere() throws Exception {
    try (ChatProcess chat = new ChatProcess(0)) {
      assertThat(chat.lines().get(0)).matches("Tautline \\S+ on Java \\d+, ready in \\d+ ms");
      assertThat(chat.lines().get(1))
          .isEqualTo("  /chat/{room}  Chat  JSON join, JSON leave, JSON say");
      assertThat(chat.lines().get(2)).matches("  http://localhost:\\d+/");
    }
  }

  @Test
  void sigtermSays1001ToEveryoneAndExitsWith0() throws Exception {
    try (ChatProcess chat = new ChatProcess(0);
        JdkClient one = new JdkClient(chat.port(), "/chat/blue");
        JdkClient two = new JdkClient(chat.port(), "/chat/red")) {
      assertThat(chat.terminate()).isZero();
      one.expect("close 1001 the server is stopping");
      two.expect("close 1001 the server is stopping");
    }
  }

  @Test
  void aPortThatIsTakenIsOneClearLineAndExit1() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Process chat = ChatProcess.start("--port", Integer.toString(taken.getLocalPort()));
      String said = new String(chat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(chat.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(chat.exitValue()).isEqualTo(1);
      assertThat(said)
          .isEqualTo(
              "Cannot listen on port "
                  + taken.getLocalPort()
                  + ": Address already in use. Choose another port with --port N.\n");
    }
  }

  @Test
  void argumentsThatAreNotUnderstoodAreToldAndExit2() throws Exception {
    Process chat = ChatProcess.start("--prot", "1");
    String said = new String(chat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(chat.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(chat.exitValue()).isEqualTo(2);
    assertThat(said).isEqualTo("unknown argument --prot. Try --help.\n");
  }

  @Test
  void settingsAreFlagsOrLinesOfAFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("chat.properties"), "maxTextBytes = 64 B\n");
    try (ChatProcess chat = new ChatProcess(0, "--settings", file.toString());
        JdkClient client = new JdkClient(chat.port(), "/chat/blue")) {
      client.send("x".repeat(65));
      client.expect("close 1009 message longer than 64 bytes (maxTextBytes)");
    }
    Identity identity = Identity.of(folder, "dns:localhost", "EC");
    try (ChatProcess chat =
        new ChatProcess(
            0,
            "--tls-certificate=" + identity.chain(),
            "--tls-key=" + identity.key(),
            "--max-target-bytes=20 B")) {
      assertThat(chat.lines().get(chat.lines().size() - 1)).startsWith("  https://localhost:");
      HttpClient client =
          HttpClient.newBuilder().sslContext(Certificates.trusting(identity.chain())).build();
      URI page = URI.create("https://localhost:" + chat.port() + "/");
      HttpRequest request = HttpRequest.newBuilder(page).build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(200);
      request = HttpRequest.newBuilder(page.resolve("/a-path-of-some-length")).build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
          .contains("request target longer than 20 bytes (maxTargetBytes)");
    }
  }

  @Test
  void epollServesTheSameOrSaysWhatItNeeds() throws Exception {
    try (ChatProcess chat = new ChatProcess(0, "--epoll", "on");
        JdkClient ann = new JdkClient(chat.port(), "/chat/blue")) {
      ann.send("{\"type\":\"join\",\"name\":\"Ann\"}");
      ann.expect("text {\"type\":\"history\",\"messages\":[]}");
      ann.expect("text {\"type\":\"members\",\"names\":[\"Ann\"]}");
      String said = String.join("\n", chat.lines());
      if (Runtime.version().feature() >= 22) {
        assertThat(said).doesNotContain("WARNING");
      } else {
        assertThat(said).contains("WARNING: epoll is off: it needs Java 22 or later");
      }
      assertThat(chat.terminate()).isZero();
    }
  }

  @Test
  void roomsAreSeparateAndANewcomerHearsWhatWasSaid() throws Exception {
    try (ChatProcess chat = new ChatProcess(0);
        JdkClient ann = new JdkClient(chat.port(), "/chat/blue");
        JdkClient bob = new JdkClient(chat.port(), "/chat/blue");
        JdkClient eve = new JdkClient(chat.port(), "/chat/red")) {
      ann.send("{\"type\":\"say\",\"text\":\"hi\"}");
      ann.expect("text {\"type\":\"refused\",\"why\":\"join with a name first\"}");
      ann.send("{\"type\":\"join\",\"name\":\"Ann\"}");
      ann.expect("text {\"type\":\"history\",\"messages\":[]}");
      ann.expect("text {\"type\":\"members\",\"names\":[\"Ann\"]}");
      ann.send("{\"type\":\"say\",\"text\":\"hello\"}");
      String said = ann.next();
      assertThat(said)
          .startsWith("text {\"type\":\"said\",\"name\":\"Ann\",\"text\":\"hello\",\"at\":\"20");

      bob.send("{\"type\":\"join\",\"name\":\"Ann\"}");
      bob.expect("text {\"type\":\"refused\",\"why\":\"someone here is called Ann\"}");
      bob.send("{\"type\":\"join\",\"name\":\"Bob\"}");
      bob.expect(
          "text {\"type\":\"history\",\"messages\":[" + said.substring("text ".length()) + "]}");
      bob.expect("text {\"type\":\"members\",\"names\":[\"Ann\",\"Bob\"]}");
      ann.expect("text {\"type\":\"members\",\"names\":[\"Ann\",\"Bob\"]}");

      eve.send("{\"type\":\"join\",\"name\":\"Eve\"}");
      eve.expect("text {\"type\":\"history\",\"messages\":[]}");
      eve.expect("text {\"type\":\"members\",\"names\":[\"Eve\"]}");

      ann.socket().sendClose(1000, "").join();
      bob.expect("text {\"type\":\"members\",\"names\":[\"Bob\"]}");
    }
  }
}
