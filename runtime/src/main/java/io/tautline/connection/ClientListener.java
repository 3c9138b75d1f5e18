package io.tautline.connection;

import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.ResponseHead;
import org.jspecify.annotations.Nullable;

/** Learns how a client's opening handshake ended: accepted or failed, once, in a turn. */
public interface ClientListener {
  /**
   * The server accepted.
   *
   * @param subprotocol the one it chose, or null
   * @return what stands on the connection from now on
   */
  Listener accepted(Connection connection, ResponseHead response, @Nullable String subprotocol);

  /**
   * Judges the extensions that the server chose; before {@link #accepted}.
   *
   * @return how messages are compressed, or null for not at all
   * @throws HandshakeException if the server chose what was not offered
   */
  @Nullable Compression compression(ResponseHead response) throws HandshakeException;

  /**
   * There is no connection.
   *
   * @param response the server's answer, if it came that far
   * @param body of that answer, as far as it is kept
   */
  void failed(Exception cause, @Nullable ResponseHead response, byte[] body);
}
