package io.tautline.tests.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipe in every mode, driven by a shell, with a client that nobody here wrote. */
class PipeShellTest {
  @TempDir Path folder;

  @Test
  void everyModeCarriesTheSameBytes() throws Exception {
    ProcessBuilder script =
        new ProcessBuilder(
            "bash",
            "../samples/pipe/src/test/sh/modes.sh",
            "../samples/pipe/target/pipe.jar",
            folder.toString());
    script.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Path output = folder.resolve("said");
    Process running =
        script
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output.toFile())
            .start();
    boolean ended = running.waitFor(120, TimeUnit.SECONDS);
    running.destroy();
    String said = Files.readString(output);
    assertThat(ended).as(said).isTrue();
    assertThat(said.lines().filter(line -> line.endsWith(": ok"))).hasSize(12);
    assertThat(running.exitValue()).as(said).isZero();
  }
}
