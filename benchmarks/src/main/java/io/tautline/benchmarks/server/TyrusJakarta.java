package io.tautline.benchmarks.server;

import java.util.Map;
import org.glassfish.tyrus.server.Server;

/** Tyrus on Grizzly. */
public final class TyrusJakarta {
  private TyrusJakarta() {}

  /** Serves until it is killed. */
  public static void main(String[] args) throws Exception {
    Server server =
        new Server(
            "localhost",
            Integer.parseInt(args[0]),
            "/",
            Map.of("org.glassfish.tyrus.incomingBufferSize", 4 << 20),
            JakartaEcho.class,
            JakartaBroadcast.class,
            JakartaJson.class);
    server.start();
    Thread.currentThread().join();
  }
}
