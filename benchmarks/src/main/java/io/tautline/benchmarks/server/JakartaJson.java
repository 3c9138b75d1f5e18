package io.tautline.benchmarks.server;

import jakarta.websocket.Decoder;
import jakarta.websocket.Encoder;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** JSON to a record and back, as the Jakarta servers can. */
@ServerEndpoint(
    value = "/jakarta-json",
    decoders = JakartaJson.In.class,
    encoders = JakartaJson.Out.class)
public class JakartaJson {
  /** Reads. */
  public static class In implements Decoder.Text<Order> {
    @Override
    public Order decode(String text) {
      return Order.read(text);
    }

    @Override
    public boolean willDecode(String text) {
      return true;
    }
  }

  /** Writes. */
  public static class Out implements Encoder.Text<Order> {
    @Override
    public String encode(Order order) {
      return order.write();
    }
  }

  /** Echoes. */
  @OnMessage
  public Order order(Order order) {
    return order;
  }
}
