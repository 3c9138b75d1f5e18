package io.tautline.benchmarks.server;

import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/** Sends what comes to everyone, as the specification lets one do it. */
@ServerEndpoint("/broadcast")
public class JakartaBroadcast {
  /** Sends to all. */
  @SuppressWarnings("FutureReturnValueIgnored") // who fails will be told by onError
  @OnMessage
  public void text(String text, Session session) {
    for (Session each : session.getOpenSessions()) {
      each.getAsyncRemote().sendText(text);
    }
  }
}
