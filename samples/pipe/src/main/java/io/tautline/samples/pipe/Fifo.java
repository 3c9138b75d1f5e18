package io.tautline.samples.pipe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Named pipes. */
final class Fifo {
  private static final int TYPE_MASK = 0170000;
  private static final int FIFO = 0010000;
  private static final int SOCKET = 0140000;

  private Fifo() {}

  private static int type(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:mode") & TYPE_MASK;
  }

  /** Returns whether a file is a socket. */
  static boolean isSocket(Path path) throws IOException {
    return type(path) == SOCKET;
  }

  /**
   * Makes a named pipe if there is none.
   *
   * @param option that names it, for the message
   * @return whether it was made now
   * @throws IOException if something else is there, or it cannot be made
   */
  static boolean make(Path path, String option) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      if (type(path) != FIFO) {
        throw new IOException(path + " is not a named pipe. Name another with " + option + ".");
      }
      return false;
    }
    Process mkfifo =
        new ProcessBuilder("mkfifo", path.toString()).redirectErrorStream(true).start();
    String said = new String(mkfifo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (mkfifo.waitFor() != 0) {
        throw new IOException(said.strip() + ". Name another with " + option + ".");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while making " + path, e);
    }
    return true;
  }
}
