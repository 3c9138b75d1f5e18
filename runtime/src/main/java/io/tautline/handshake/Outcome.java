package io.tautline.handshake;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a server's side of the handshake ended: switched to frames, or answered and closed. */
public sealed interface Outcome {
  /** Returns the response as it goes on the wire. */
  byte[] bytes();

  /** Returns the HTTP status of the response. */
  int status();

  /**
   * 101: frames follow.
   *
   * @param response the whole response head
   * @param subprotocol the one chosen, or null
   */
  record Accepted(ResponseHead response, @Nullable String subprotocol) implements Outcome {
    @Override
    public byte[] bytes() {
      return response.bytes();
    }

    @Override
    public int status() {
      return response.status();
    }
  }

  /** Any other answer; the connection closes behind it. */
  final class Rejected implements Outcome {
    /** RFC 9110 §5.6.7. */
    private static final DateTimeFormatter DATE =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private final int status;
    private final Headers headers;
    private final byte[] body;

    /** The body, read while it is sent; null if it is {@link #body}. */
    private final @Nullable InputStream stream;

    private final long length;

    /**
     * @param status HTTP status
     * @param headers fields beside the length and {@code Connection: close}
     * @param body of the type that {@code headers} say; not copied
     */
    public Rejected(int status, Headers headers, byte[] body) {
      this.status = status;
      this.headers = headers;
      this.body = body;
      this.stream = null;
      this.length = body.length;
    }

    /**
     * Makes an answer whose body is read while it is sent.
     *
     * @param status HTTP status
     * @param headers fields beside the length and {@code Connection: close}
     * @param stream the body; the sender of the answer closes it
     * @param length how many bytes it has
     */
    public Rejected(int status, Headers headers, InputStream stream, long length) {
      this.status = status;
      this.headers = headers;
      this.body = new byte[0];
      this.stream = stream;
      this.length = length;
    }

    @Override
    public int status() {
      return status;
    }

    /** An answer in plain text, for people. */
    public static Rejected text(int status, String text, String... namesAndValues) {
      Headers headers =
          Headers.builder()
              .addAll(Headers.of(namesAndValues))
              .add("Content-Type", "text/plain; charset=utf-8")
              .build();
      return new Rejected(status, headers, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the response as it goes on the wire, without a body that is a stream. */
    @Override
    public byte[] bytes() {
      byte[] head = head();
      byte[] bytes = new byte[head.length + body.length];
      System.arraycopy(head, 0, bytes, 0, head.length);
      System.arraycopy(body, 0, bytes, head.length, body.length);
      return bytes;
    }

    /** Returns the body to be read while it is sent, or null if {@link #bytes} has it. */
    public @Nullable InputStream stream() {
      return stream;
    }

    /** Returns the body as text. */
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** Returns the head alone, for an answer to HEAD. */
    public byte[] head() {
      Headers all =
          Headers.builder()
              .addAll(headers)
              .add("Date", DATE.format(ZonedDateTime.now(ZoneOffset.UTC)))
              .add("Content-Length", Long.toString(length))
              .add("Connection", "close")
              .build();
      return new ResponseHead(status, Reason.of(status), all).bytes();
    }
  }
}
