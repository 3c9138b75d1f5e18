package io.tautline.benchmarks.server;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;

/** Undertow's own API. */
public final class UndertowEcho {
  private UndertowEcho() {}

  private static final class Echo extends AbstractReceiveListener {
    @Override
    protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
      WebSockets.sendText(message.getData(), channel, null);
    }
  }

  private static final class Broadcast extends AbstractReceiveListener {
    @Override
    protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
      String text = message.getData();
      for (WebSocketChannel peer : channel.getPeerConnections()) {
        WebSockets.sendText(text, peer, null);
      }
    }
  }

  /** Serves until it is killed. */
  public static void main(String[] args) {
    Undertow.builder()
        .addHttpListener(Integer.parseInt(args[0]), "localhost")
        .setIoThreads(1)
        .setHandler(
            Handlers.path()
                .addPrefixPath(
                    "/echo",
                    Handlers.websocket(
                            (exchange, channel) -> {
                              channel.getReceiveSetter().set(new Echo());
                              channel.resumeReceives();
                            })
                        .addExtension(new PerMessageDeflateHandshake()))
                .addPrefixPath(
                    "/broadcast",
                    Handlers.websocket(
                        (exchange, channel) -> {
                          channel.getReceiveSetter().set(new Broadcast());
                          channel.resumeReceives();
                        })))
        .build()
        .start();
  }
}
