package io.tautline.benchmarks.server;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;

/** Jetty's Jakarta container. */
public final class JettyJakarta {
  private JettyJakarta() {}

  /** Serves until it is killed. */
  public static void main(String[] args) throws Exception {
    Server server = new Server(Integer.parseInt(args[0]));
    ServletContextHandler handler = new ServletContextHandler("/");
    server.setHandler(handler);
    JakartaWebSocketServletContainerInitializer.configure(
        handler,
        (context, container) -> {
          container.setDefaultMaxTextMessageBufferSize(2 << 20);
          container.addEndpoint(JakartaEcho.class);
          container.addEndpoint(JakartaBroadcast.class);
          container.addEndpoint(JakartaJson.class);
        });
    server.start();
    server.join();
  }
}
