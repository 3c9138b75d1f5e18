package io.tautline.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How many files, sockets among them, this process may open. */
final class Descriptors {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String NAME = "Max open files";

  private static final long ENOUGH = Integer.MAX_VALUE * 2L;

  /** What the system allows; it is asked once. */
  private static final long ALLOWED = allowed();

  private Descriptors() {}

  /**
   * Returns {@code most}, or 90 % of what the system allows if that is less. Systems without {@code
   * /proc} are taken to allow enough: asking the platform's MXBean costs 40 ms of every start.
   */
  static int share(int most) {
    return (int) Math.min(most, ALLOWED * 9 / 10);
  }

  private static long allowed() {
    if (!Files.isReadable(LIMITS)) {
      return ENOUGH;
    }
    try (Stream<String> lines = Files.lines(LIMITS)) {
      return lines
          .filter(line -> line.startsWith(NAME))
          .map(line -> line.substring(NAME.length()).strip().split("\\s+", 2)[0])
          .filter(soft -> !soft.equals("unlimited"))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(ENOUGH);
    } catch (IOException | NumberFormatException e) {
      return ENOUGH;
    }
  }
}
