package io.tautline.tests;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** An application of its own: some classes of the tests, and the libraries. */
public final class Application {
  private final Path folder;

  /** Copies the classes to a folder, which makes it the application's. */
  public Application(Path folder, Class<?>... classes) throws IOException {
    this.folder = folder;
    for (Class<?> type : classes) {
      String name = type.getName().replace('.', '/') + ".class";
      byte[] bytes = type.getClassLoader().getResourceAsStream(name).readAllBytes();
      write(name, bytes);
    }
  }

  /** Writes a file of the application. */
  public void write(String name, byte... bytes) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.write(folder.resolve(name), bytes);
  }

  /** Starts it, with what it says and its errors in one. */
  public Process start(Class<?> main, String... arguments) throws IOException {
    String libraries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-cp", folder + File.pathSeparator + libraries, main.getName()));
    command.addAll(Arrays.asList(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
