package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process ends in which {@code Tautline.serve} was called. */
class ExitTest {
  @TempDir private Path classes;

  /** Starts the application; without the other classes of the tests, whose endpoints it has not. */
  private Process start(String... arguments) throws IOException {
    String name = Exits.class.getName().replace('.', '/') + ".class";
    Files.createDirectories(classes.resolve(name).getParent());
    Files.write(
        classes.resolve(name),
        Exits.class.getClassLoader().getResourceAsStream(name).readAllBytes());
    String libraries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    String java = System.getProperty("java.home") + "/bin/java";
    String path = classes + File.pathSeparator + libraries;
    return new ProcessBuilder(
            Stream.concat(Stream.of(java, "-cp", path, Exits.class.getName()), Stream.of(arguments))
                .toList())
        .redirectErrorStream(true)
        .start();
  }

  private static int status(Process process) throws Exception {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void theStatusOfAnApplicationIsItsOwn() throws Exception {
    Process process = start("3");
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(status(process)).as(said).isEqualTo(3);
  }

  @Test
  void aSignalEndsItWithSuccessOnceEveryShutdownHookHasRun() throws Exception {
    Process process = start();
    var out = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.append(line).append('\n');
      if (line.equals("ready")) {
        process.toHandle().destroy(); // SIGTERM; that of Process would close its output too
      }
    }
    assertThat(status(process)).as(said.toString()).isZero();
    assertThat(said).endsWith("flushed\n");
  }
}
