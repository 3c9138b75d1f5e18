package io.tautline.connection;

import io.tautline.handshake.RequestHead;

/** Decides what becomes of a request to a server. */
@FunctionalInterface
public interface RequestHandler {
  /**
   * Decides, now or later, by calling {@link ServerOpening#accept} or {@link ServerOpening#reject},
   * once.
   *
   * @param head well-formed, but not yet known to ask for a WebSocket
   */
  void handle(RequestHead head, ServerOpening opening);
}
