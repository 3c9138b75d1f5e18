package io.tautline.container;

import io.tautline.connection.ServerOpening;
import io.tautline.handshake.RequestHead;

/**
 * A request that someone else has taken from a connection and hands to {@link
 * jakarta.websocket.server.ServerContainer#upgradeHttpToWebSocket}.
 */
public interface UpgradeSource {
  /** Returns the request. */
  RequestHead head();

  /** Returns where it is answered. */
  ServerOpening opening();
}
