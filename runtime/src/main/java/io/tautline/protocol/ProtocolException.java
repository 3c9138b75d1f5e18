package io.tautline.protocol;

/**
 * The peer broke a rule; carries the close code to answer with and the rule as the reason.
 *
 * <p>Has no stack trace: it reports the peer's fault, not ours, and a flood of faults must stay
 * cheap.
 */
public final class ProtocolException extends Exception {
  private static final long serialVersionUID = 1;

  private final int code;

  /**
   * @param code close code to send, see {@link CloseCode}
   * @param rule what was broken, in words fit for a close reason
   */
  public ProtocolException(int code, String rule) {
    super(rule, null, false, false);
    this.code = code;
  }

  /** Returns the close code to answer with (§7.4.1). */
  public int code() {
    return code;
  }

  /** Returns the broken rule, short enough for a close reason. */
  public String rule() {
    return String.valueOf(getMessage());
  }
}
