package io.tautline.protocol;

/** The status codes of RFC 6455 §7.4 and of the IANA registry that continues it. */
public final class CloseCode {
  public static final int NORMAL = 1000;
  public static final int GOING_AWAY = 1001;
  public static final int PROTOCOL_ERROR = 1002;
  public static final int UNSUPPORTED_DATA = 1003;

  /** Stands for a Close frame without a code; never on the wire. */
  public static final int NO_STATUS = 1005;

  /** Stands for a connection lost without a Close frame; never on the wire. */
  public static final int ABNORMAL = 1006;

  public static final int INVALID_DATA = 1007;
  public static final int POLICY_VIOLATION = 1008;
  public static final int TOO_BIG = 1009;
  public static final int MANDATORY_EXTENSION = 1010;
  public static final int INTERNAL_ERROR = 1011;
  public static final int SERVICE_RESTART = 1012;
  public static final int TRY_AGAIN_LATER = 1013;
  public static final int BAD_GATEWAY = 1014;

  private CloseCode() {}

  /**
   * Returns whether {@code code} may stand in a Close frame: 1000–1003, 1007–1014 and 3000–4999
   * (§7.4.1, §7.4.2). The rest is reserved, stands for the absence of a code, or has no range.
   */
  public static boolean onWire(int code) {
    return (code >= NORMAL && code <= UNSUPPORTED_DATA)
        || (code >= INVALID_DATA && code <= BAD_GATEWAY)
        || (code >= 3000 && code <= 4999);
  }
}
