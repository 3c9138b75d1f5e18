package io.tautline.tests.autobahn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The suite's fuzzing client against our server: sections 1–7, 9 and 10. */
class AutobahnServerTest {
  @Test
  void everyCaseIsOk() throws Exception {
    Path reports = Suite.reports("server");
    try (TautlineServer server = Echoes.server()) {
      Map<String, Object> target =
          Map.of(
              "agent",
              "tautline",
              "url",
              "ws://127.0.0.1:" + server.port() + "/autobahn",
              "options",
              Map.of("version", 18));
      Process suite =
          Suite.start(
              "fuzzingclient",
              reports,
              Map.of("options", Map.of("failByDrop", false), "servers", List.of(target)));
      try {
        assertThat(suite.waitFor(30, TimeUnit.MINUTES)).isTrue();
      } finally {
        suite.destroyForcibly();
      }
    }
    Suite.requireClean(reports, Suite.CASES);
  }
}
