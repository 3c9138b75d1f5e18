package io.tautline.benchmarks.server;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;

/** Vert.x on one event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel
public final class VertxEcho {
  private VertxEcho() {}

  /** Serves until it is killed. */
  public static void main(String[] args) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setMaxWebSocketFrameSize(2 << 20)
            .setMaxWebSocketMessageSize(2 << 20);
    List<ServerWebSocket> all = new ArrayList<>(); // used by the one event loop alone
    Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1))
        .createHttpServer(options)
        .webSocketHandler(
            socket -> {
              if (socket.path().equals("/broadcast")) {
                all.add(socket);
                socket.closeHandler(closed -> all.remove(socket));
                socket.textMessageHandler(text -> all.forEach(one -> one.writeTextMessage(text)));
              } else if (socket.path().equals("/json")) {
                socket.textMessageHandler(text -> socket.writeTextMessage(Order.echo(text)));
              } else {
                socket.textMessageHandler(socket::writeTextMessage);
              }
            })
        .listen(Integer.parseInt(args[0]));
  }
}
