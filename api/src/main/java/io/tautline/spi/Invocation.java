package io.tautline.spi;

import io.tautline.Handshake;
import io.tautline.Peer;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DecodeException;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import org.jspecify.annotations.Nullable;

/** Where the parameters of a callback come from; valid during the call only. */
public interface Invocation {
  /** Returns the session the callback is for. */
  Session session();

  /** Returns the opening request. */
  Handshake handshake();

  /** Returns the other end of the connection; not in {@code @OnHandshake}. */
  Peer peer();

  /** Returns the endpoint's configuration; in {@code @OnOpen}. */
  EndpointConfig config();

  /** Returns the message or the part of it; in {@code @OnMessage}. */
  Object message();

  /** Returns whether the part is the last of its message; in {@code @OnMessage}. */
  boolean last();

  /** Returns why the connection ended; in {@code @OnClose}. */
  CloseReason closeReason();

  /** Returns what went wrong; in {@code @OnError}. */
  Throwable error();

  /**
   * Returns the value of a path variable.
   *
   * @param type what the path was checked to hold: {@code String}, a primitive or its class, {@code
   *     Room}, or in an {@code @Endpoint} anything that can be read from a String
   * @return null if the path has no such variable; for a primitive then its zero
   * @throws DecodeException if the value cannot be read as that type
   */
  <T> @Nullable T path(String name, Class<T> type) throws DecodeException;
}
