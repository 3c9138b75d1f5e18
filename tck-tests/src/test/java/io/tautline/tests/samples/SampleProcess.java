package io.tautline.tests.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A sample's runnable jar, as a process of its own. */
final class SampleProcess implements AutoCloseable {
  private static final String END = "(the end)";

  private final Process process;
  private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();
  private final List<String> told = new ArrayList<>();

  /** Starts {@code samples/NAME/target/NAME.jar} with a small heap. */
  SampleProcess(String name, String... arguments) throws IOException {
    this(List.of(), name, arguments);
  }

  /** Starts it by another command, which runs what follows it. */
  SampleProcess(List<String> by, String name, String... arguments) throws IOException {
    Path jar = Path.of("../samples", name, "target", name + ".jar");
    assertThat(Files.exists(jar)).as("%s must have been built", jar).isTrue();
    String java =
        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    List<String> command = new ArrayList<>(by);
    command.addAll(List.of(java, "-Xmx64m", "-XX:+ExitOnOutOfMemoryError", "-jar"));
    command.add(jar.toString());
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).start();
    Thread reader = new Thread(this::readErrors, name + "-errors");
    reader.setDaemon(true);
    reader.start();
  }

  private void readErrors() {
    try (BufferedReader lines = process.errorReader()) {
      lines.lines().forEach(errors::add);
    } catch (IOException | java.io.UncheckedIOException e) {
      // the process has ended
    }
    errors.add(END);
  }

  /** Waits for a line on standard error and returns what its first group matched. */
  String awaitError(String pattern) throws InterruptedException {
    Pattern wanted = Pattern.compile(pattern);
    String line = "";
    while (!line.equals(END)) {
      line = errors.poll(20, TimeUnit.SECONDS);
      if (line == null) {
        break;
      }
      told.add(line);
      Matcher matcher = wanted.matcher(line);
      if (matcher.find()) {
        return matcher.groupCount() == 0 ? line : matcher.group(1);
      }
    }
    throw new AssertionError("no " + pattern + " in " + told);
  }

  InputStream out() {
    return process.getInputStream();
  }

  OutputStream in() {
    return process.getOutputStream();
  }

  /** Returns how many files it has open, sockets among them. */
  long files() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return all.count();
    }
  }

  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Sends SIGTERM and returns the exit status. */
  int terminate() throws InterruptedException {
    process.destroy();
    return exit();
  }

  /** Sends SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** Waits for the end and returns the exit status. */
  int exit() throws InterruptedException {
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("still running: %s", told).isTrue();
    return process.exitValue();
  }

  /** Waits for the end and returns every line on standard error. */
  List<String> errors() throws InterruptedException {
    exit();
    String line = "";
    while (line != null && !line.equals(END)) {
      line = errors.poll(20, TimeUnit.SECONDS);
      told.add(String.valueOf(line));
    }
    return told.subList(0, told.size() - 1);
  }

  @Override
  public void close() {
    kill();
  }
}
