package io.tautline.benchmarks.server;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;

/** The same class in every Jakarta server. */
@ServerEndpoint("/echo")
public class JakartaEcho {
  /** Echoes. */
  @OnMessage
  public String text(String text) {
    return text;
  }

  /** Echoes. */
  @OnMessage
  public ByteBuffer binary(ByteBuffer bytes) {
    return bytes;
  }
}
