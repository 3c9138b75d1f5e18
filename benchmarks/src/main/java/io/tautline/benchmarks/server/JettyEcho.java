package io.tautline.benchmarks.server;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty's own API. */
public final class JettyEcho {
  private JettyEcho() {}

  /** Echoes. */
  public static final class Echo extends Session.Listener.AbstractAutoDemanding {
    @Override
    public void onWebSocketText(String text) {
      getSession().sendText(text, Callback.NOOP);
    }
  }

  /** Serves until it is killed. */
  public static void main(String[] args) throws Exception {
    Server server = new Server(Integer.parseInt(args[0]));
    ContextHandler context = new ContextHandler("/");
    server.setHandler(context);
    context.setHandler(
        WebSocketUpgradeHandler.from(
            server,
            context,
            container -> {
              container.setMaxTextMessageSize(2 << 20);
              container.addMapping("/echo", (request, response, callback) -> new Echo());
            }));
    server.start();
    server.join();
  }
}
