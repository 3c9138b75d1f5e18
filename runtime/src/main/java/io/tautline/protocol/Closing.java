package io.tautline.protocol;

/**
 * The closing handshake (RFC 6455 §7): which Close frame to send when, and what to report.
 *
 * <pre>
 *           send                     receive
 *   OPEN ---------&gt; CLOSE_SENT ----------------+
 *     |                                         v
 *     +--receive--&gt; CLOSE_RECEIVED --send--&gt; CLOSED
 * </pre>
 */
public final class Closing {
  private static final int OPEN = 0;
  private static final int CLOSE_SENT = 1;
  private static final int CLOSE_RECEIVED = 2;
  private static final int CLOSED = 3;

  private int state = OPEN;
  private ClosePayload sent = ClosePayload.EMPTY;
  private ClosePayload received = ClosePayload.EMPTY;

  /** Whether the first Close frame was the peer's. */
  private boolean peerFirst;

  /** Starts with the connection open. */
  public Closing() {}

  /** Returns whether no Close frame has gone either way. */
  public boolean open() {
    return state == OPEN;
  }

  /** Returns whether data may still be sent: we have not sent a Close frame (§5.5.1). */
  public boolean maySend() {
    return state == OPEN || state == CLOSE_RECEIVED;
  }

  /** Returns whether both Close frames have gone, so that TCP may end (§7.1.1). */
  public boolean complete() {
    return state == CLOSED;
  }

  /**
   * Notes that we are about to send a Close frame.
   *
   * @return false if one was sent before; then none must be sent again
   */
  public boolean send(ClosePayload payload) {
    if (!maySend()) {
      return false;
    }
    sent = payload;
    state = state == OPEN ? CLOSE_SENT : CLOSED;
    return true;
  }

  /** Notes the peer's Close frame; further ones do not count. */
  public void receive(ClosePayload payload) {
    if (state == OPEN) {
      received = payload;
      peerFirst = true;
      state = CLOSE_RECEIVED;
    } else if (state == CLOSE_SENT) {
      received = payload;
      state = CLOSED;
    }
  }

  /** Returns what to answer the peer's Close frame with: its own code, without the reason. */
  public ClosePayload answer() {
    return received.code() == CloseCode.NO_STATUS
        ? ClosePayload.EMPTY
        : new ClosePayload(received.code(), "");
  }

  /**
   * Returns what ended the connection, to be reported once TCP has ended: the first Close frame, or
   * 1006 if TCP ended before there was any (§7.1.5).
   */
  public ClosePayload cause() {
    if (state == OPEN) {
      return new ClosePayload(CloseCode.ABNORMAL, "");
    }
    return peerFirst ? received : sent;
  }
}
