package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The chat's runnable jar, as a process of its own. */
final class ChatProcess implements AutoCloseable {
  private final Process process;
  private final List<String> lines = new ArrayList<>();

  /** Starts the jar and reads what it prints, up to the line with its address. */
  ChatProcess(int port, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--port", Integer.toString(port)));
    arguments.addAll(List.of(more));
    process = start(arguments.toArray(String[]::new));
    BufferedReader out = process.inputReader();
    String line;
    do {
      line = out.readLine();
      assertThat(line).as("the chat ended; before: %s", lines).isNotNull();
      lines.add(line);
    } while (!line.contains("://localhost"));
  }

  /** Starts the jar with any arguments; errors come with the output. */
  static Process start(String... arguments) throws IOException {
    Path jar = Path.of(System.getProperty("chat.jar")).normalize();
    assertThat(Files.exists(jar)).as("%s must have been built", jar).isTrue();
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-jar",
                jar.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Returns what it printed when it started. */
  List<String> lines() {
    return lines;
  }

  int port() {
    String address = lines.get(lines.size() - 1);
    return Integer.parseInt(address.replaceAll(".*:(\\d+)/$", "$1"));
  }

  /** Sends SIGTERM and returns the exit status. */
  int terminate() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
