import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;

/** Helidon, whose classes are of Java 21: compiled when it is started, by a JDK that can. */
public final class HelidonEcho implements WsListener {
  @Override
  public void onMessage(WsSession session, String text, boolean last) {
    session.send(text, last);
  }

  @Override
  public void onMessage(WsSession session, BufferData bytes, boolean last) {
    session.send(bytes, last);
  }

  /** Serves until it is killed. */
  public static void main(String[] args) {
    WebServer.builder()
        .host("localhost")
        .port(Integer.parseInt(args[0]))
        .addRouting(WsRouting.builder().endpoint("/echo", new HelidonEcho()))
        .build()
        .start();
  }
}
