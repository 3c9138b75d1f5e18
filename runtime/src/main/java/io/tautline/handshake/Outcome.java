package io.tautline.handshake;

import java.nio.charset.StandardCharsets;
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
    private final int status;
    private final Headers headers;
    private final byte[] body;

    /**
     * @param status HTTP status
     * @param headers fields beside the length and {@code Connection: close}
     * @param body of the type that {@code headers} say; not copied
     */
    public Rejected(int status, Headers headers, byte[] body) {
      this.status = status;
      this.headers = headers;
      this.body = body;
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

    @Override
    public byte[] bytes() {
      byte[] head = head();
      byte[] bytes = new byte[head.length + body.length];
      System.arraycopy(head, 0, bytes, 0, head.length);
      System.arraycopy(body, 0, bytes, head.length, body.length);
      return bytes;
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
              .add("Content-Length", Integer.toString(body.length))
              .add("Connection", "close")
              .build();
      return new ResponseHead(status, Reason.of(status), all).bytes();
    }
  }
}
