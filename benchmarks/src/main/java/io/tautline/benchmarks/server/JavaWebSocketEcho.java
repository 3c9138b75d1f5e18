package io.tautline.benchmarks.server;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/** Java-WebSocket with one decoder thread. */
public final class JavaWebSocketEcho extends WebSocketServer {
  private JavaWebSocketEcho(int port) {
    super(
        new InetSocketAddress("localhost", port),
        1,
        List.of(new Draft_6455(new PerMessageDeflateExtension())));
    setReuseAddr(true);
    setTcpNoDelay(true);
  }

  @Override
  public void onMessage(WebSocket socket, String text) {
    if (socket.getResourceDescriptor().equals("/broadcast")) {
      broadcast(text);
    } else {
      socket.send(text);
    }
  }

  @Override
  public void onMessage(WebSocket socket, ByteBuffer bytes) {
    socket.send(bytes);
  }

  @Override
  public void onOpen(WebSocket socket, ClientHandshake handshake) {}

  @Override
  public void onClose(WebSocket socket, int code, String reason, boolean remote) {}

  @Override
  public void onError(WebSocket socket, Exception fault) {}

  @Override
  public void onStart() {}

  /** Serves until it is killed. */
  public static void main(String[] args) {
    new JavaWebSocketEcho(Integer.parseInt(args[0])).run();
  }
}
