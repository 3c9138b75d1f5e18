package io.tautline.connection;

import io.tautline.protocol.ClosePayload;

/**
 * What stands on an open connection. Calls come one at a time, in the order of the wire; arrays are
 * valid during the call only. A call may block: the loop then goes on without it.
 */
public interface Listener {
  /**
   * Reads something of every object that taking a message will need, so that the processor has them
   * at hand by then; from any thread.
   *
   * @return anything made of what was read
   */
  default int fetch() {
    return 0;
  }

  /** The connection is open; nothing has been received yet. */
  void opened();

  /** A whole text message, valid UTF-8. */
  void text(byte[] bytes, int from, int to);

  /** A whole binary message. */
  void binary(byte[] bytes, int from, int to);

  /** A part of a message whose kind streams, see {@link Connection#stream}. */
  void part(int opcode, byte[] bytes, int from, int to, boolean last);

  /**
   * What came since the last call may be worked on at length: unlike in {@link #part}, more can be
   * had by {@link Connection#pull}.
   */
  void received();

  /** A Pong. */
  void pong(byte[] bytes, int from, int to);

  /**
   * The connection ended, once and last.
   *
   * @param cause the first Close frame either way, or 1006
   */
  void closed(ClosePayload cause);
}
