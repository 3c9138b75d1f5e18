package io.tautline.handshake;

/**
 * A head that cannot be accepted; carries the status to answer a request with.
 *
 * <p>Has no stack trace: it reports the peer's fault, not ours.
 */
public final class HandshakeException extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * @param status HTTP status for a rejected request; for a rejected response the status received
   * @param rule what is wrong, in words for the peer's developer
   */
  public HandshakeException(int status, String rule) {
    super(rule, null, false, false);
    this.status = status;
  }

  /** Returns the HTTP status, see the constructor. */
  public int status() {
    return status;
  }

  /** Returns what is wrong. */
  public String rule() {
    return String.valueOf(getMessage());
  }
}
