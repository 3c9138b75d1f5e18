package io.tautline.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.StringTokenizer;

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
    try {
      for (String line : Files.readAllLines(LIMITS)) {
        if (line.startsWith(NAME)) {
          String soft = new StringTokenizer(line.substring(NAME.length())).nextToken();
          return soft.equals("unlimited") ? ENOUGH : Long.parseLong(soft);
        }
      }
    } catch (IOException | NumberFormatException | NoSuchElementException e) {
      // as without the file
    }
    return ENOUGH;
  }
}
