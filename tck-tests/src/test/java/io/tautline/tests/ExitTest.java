package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process ends in which {@code Tautline.serve} was called. */
class ExitTest {
  @TempDir private Path classes;

  private Process start(String... arguments) throws IOException {
    return new Application(classes, Exits.class).start(Exits.class, arguments);
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
