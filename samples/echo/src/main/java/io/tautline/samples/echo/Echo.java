package io.tautline.samples.echo;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** Sends back what it gets. */
@ServerEndpoint("/echo_service")
public class Echo {
  @OnMessage
  public String text(String text) {
    return text;
  }

  @OnMessage
  public byte[] binary(byte[] bytes) {
    return bytes;
  }
}
