package io.tautline.tests.autobahn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Autobahn suite of Maven Central under Jython, as a process of its own.
 *
 * <p>{@code -Dautobahn.full=true} runs every case; otherwise section 9, which takes minutes, is
 * left out.
 */
final class Suite {
  static final boolean FULL = Boolean.getBoolean("autobahn.full");

  /** The cases of sections 1–7, 9 and 10. */
  static final int CASES = FULL ? 301 : 247;

  /** Where the suite has nothing better than INFORMATIONAL. */
  private static final Set<String> INFORMATIONAL = Set.of("7.1.6", "7.13.1", "7.13.2");

  private static final JsonMapper JSON = new JsonMapper();

  private Suite() {}

  /** Returns the folder for the reports of one run, such as {@code server}. */
  static Path reports(String run) throws IOException {
    Path reports = Files.createDirectories(Path.of(System.getProperty("autobahn.reports"), run));
    Files.deleteIfExists(reports.resolve("index.json")); // of an earlier run
    return reports;
  }

  /** Returns the suite's jar, which also holds the payloads of sections 12 and 13. */
  static Path jar() throws IOException {
    return library("autobahntestsuite");
  }

  private static Path library(String prefix) throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("autobahn.lib")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Starts the suite; what it prints goes to {@code wstest.log} beside the reports. */
  static Process start(String mode, Path reports, Map<String, Object> spec) throws IOException {
    Map<String, Object> all = new TreeMap<>(spec);
    all.put("outdir", reports.toString());
    all.put("cases", List.of("*"));
    all.put("exclude-cases", FULL ? List.of() : List.of("9.*"));
    all.put("exclude-agent-cases", Map.of());
    Path file = reports.resolve("spec.json");
    Files.writeString(file, JSON.writeValueAsString(all));
    Path scripts = Path.of("target", "test-classes", "autobahn");
    List<String> command =
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Dpython.cachedir.skip=true",
            "-cp",
            String.join(
                File.pathSeparator,
                library("jython").toString(),
                jar().toString(),
                Path.of("target", "test-classes").toString()),
            "org.python.util.jython",
            "-u",
            scripts.resolve("wstest.py").toString(),
            jar().toString(),
            mode,
            file.toString());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("WSTEST_TIME_SCALE", "4");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(reports.resolve("wstest.log").toFile())
        .start();
  }

  /** Returns how many cases the report holds. */
  static int reported(Path reports) {
    Path index = reports.resolve("index.json");
    JsonNode agent = Files.exists(index) ? JSON.readTree(index.toFile()).get("tautline") : null;
    return agent == null ? 0 : agent.size();
  }

  /** Fails unless the report holds {@code cases} cases, each as good as the suite can say. */
  static void requireClean(Path reports, int cases) throws IOException {
    JsonNode agent = JSON.readTree(reports.resolve("index.json").toFile()).get("tautline");
    assertThat(agent).as("the report of agent tautline").isNotNull();
    List<String> worse = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : agent.properties()) {
      String behavior = entry.getValue().get("behavior").asString();
      String close = entry.getValue().get("behaviorClose").asString();
      boolean informational =
          behavior.equals("INFORMATIONAL") && INFORMATIONAL.contains(entry.getKey());
      boolean closed = close.equals("OK") || (informational && close.equals("INFORMATIONAL"));
      if (!closed || !(behavior.equals("OK") || informational)) {
        worse.add(entry.getKey() + " " + behavior + ", close " + close);
      }
    }
    assertThat(worse).isEmpty();
    assertThat(agent.size()).as("cases that ran").isEqualTo(cases);
  }
}
