package io.tautline.channel;

import io.tautline.handshake.Headers;
import io.tautline.handshake.Outcome;
import java.nio.charset.StandardCharsets;

/** Thrown by a callback of {@link ServerUpgrade} to refuse the request. */
public final class RejectedException extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient Headers headers;

  /**
   * @param status HTTP status of the answer
   * @param reason body of the answer, plain text
   * @param headers further fields of the answer
   */
  public RejectedException(int status, String reason, Headers headers) {
    super(reason);
    this.status = status;
    this.headers = headers;
  }

  /** Returns the HTTP status of the answer. */
  public int status() {
    return status;
  }

  Outcome.Rejected answer() {
    Headers all =
        Headers.builder().addAll(headers).add("Content-Type", "text/plain; charset=utf-8").build();
    return new Outcome.Rejected(
        status, all, String.valueOf(getMessage()).getBytes(StandardCharsets.UTF_8));
  }
}
