package io.tautline.samples.pipe;

import io.tautline.handshake.RequestHead;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A line for each well-formed request, when its answer has been decided, in the combined format of
 * web servers.
 */
final class AccessLog implements Closeable {
  private static final System.Logger LOG = System.getLogger("io.tautline.samples.pipe");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

  private final Writer file;

  /** Whether a failure has been told. */
  private boolean failing;

  AccessLog(Path path) throws IOException {
    file =
        Files.newBufferedWriter(
            path,
            StandardCharsets.UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND,
            StandardOpenOption.WRITE);
  }

  /**
   * Adds a line.
   *
   * @param bytes of the answer's head
   * @param millis from the request to its answer
   */
  synchronized void log(String address, RequestHead head, int status, int bytes, long millis) {
    String line =
        (address.isEmpty() ? "-" : address)
            + " - - ["
            + TIME.format(ZonedDateTime.now(ZoneId.systemDefault()))
            + "] \""
            + safe(head.method() + " " + head.target() + " HTTP/1.1")
            + "\" "
            + status
            + " "
            + bytes
            + " \""
            + safe(head.headers().first("Referer"))
            + "\" \""
            + safe(head.headers().first("User-Agent"))
            + "\" "
            + millis
            + "\n";
    try {
      file.write(line);
      file.flush();
    } catch (IOException e) {
      if (!failing) {
        LOG.log(Level.WARNING, "writing the access log failed: {0}", e.getMessage());
      }
      failing = true;
    }
  }

  /** Returns a value that cannot end its quotes. */
  private static String safe(@Nullable String value) {
    return value == null ? "-" : value.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
