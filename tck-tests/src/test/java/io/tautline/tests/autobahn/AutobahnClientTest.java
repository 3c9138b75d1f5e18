package io.tautline.tests.autobahn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The suite's fuzzing server against our client: sections 1–7, 9 and 10. */
class AutobahnClientTest {
  @Test
  void everyCaseIsOk() throws Exception {
    Path reports = Suite.reports("client");
    int port = freePort();
    Process suite =
        Suite.start(
            "fuzzingserver",
            reports,
            Map.of(
                "options",
                Map.of("failByDrop", false),
                "url",
                "ws://127.0.0.1:" + port,
                "webport",
                0));
    try (TautlineServer client = Echoes.server()) {
      String base = "ws://127.0.0.1:" + port;
      EchoClient count = new EchoClient();
      await()
          .atMost(Duration.ofMinutes(3))
          .ignoreException(IOException.class)
          .until(() -> count.run(client.container(), URI.create(base + "/getCaseCount")));
      int cases = Integer.parseInt(count.firstText());
      assertThat(cases).isEqualTo(Suite.CASES);
      for (int i = 1; i <= cases; i++) {
        new EchoClient()
            .run(client.container(), URI.create(base + "/runCase?case=" + i + "&agent=tautline"));
      }
      URI update = URI.create(base + "/updateReports?agent=tautline");
      // The suite notes a case when it has seen the end of its connection, which may be after us.
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  new EchoClient().run(client.container(), update)
                      && Suite.reported(reports) == cases);
    } finally {
      suite.destroyForcibly();
    }
    Suite.requireClean(reports, Suite.CASES);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
