package io.tautline.benchmarks.server;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/** Java-WebSocket with one decoder thread. */
public final class JavaWebSocketEcho extends WebSocketServer {
  private JavaWebSocketEcho(int port) {
    super(new InetSocketAddress("localhost", port), 1);
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
