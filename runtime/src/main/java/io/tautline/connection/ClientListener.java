package io.tautline.connection;

import io.tautline.handshake.ResponseHead;
import org.jspecify.annotations.Nullable;

/** Learns how a client's opening handshake ended: exactly one of the two, in a turn. */
public interface ClientListener {
  /**
   * The server accepted.
   *
   * @param subprotocol the one it chose, or null
   * @return what stands on the connection from now on
   */
  Listener accepted(Connection connection, ResponseHead response, @Nullable String subprotocol);

  /**
   * There is no connection.
   *
   * @param response the server's answer, if it came that far
   */
  void failed(Exception cause, @Nullable ResponseHead response);
}
