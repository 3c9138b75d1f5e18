package io.tautline.connection;

import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.Headers;
import io.tautline.handshake.ServerHandshake;
import io.tautline.protocol.ClosePayload;
import io.tautline.transport.Acceptor;
import io.tautline.transport.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** A server of one loop, whose connections answer as they are asked to. */
final class EchoServer implements AutoCloseable {
  private final CompletableFuture<ClosePayload> closed = new CompletableFuture<>();
  private Network network;

  /** Listens, echoes, and returns the port. */
  int listen(Limits limits) throws IOException {
    return listen(limits, EchoListener::new);
  }

  /**
   * Listens and returns the port.
   *
   * @param listener made of a connection and what to complete when it has closed
   */
  int listen(
      Limits limits, BiFunction<Connection, CompletableFuture<ClosePayload>, Listener> listener)
      throws IOException {
    network = new Network(1, limits, "test");
    Acceptor acceptor =
        network.listen(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Wire::plain,
            (head, opening) -> {
              try {
                ServerHandshake.check(head);
                opening.accept(
                    ServerHandshake.accept(head, null, null, Headers.NONE),
                    null,
                    connection -> listener.apply(connection, closed));
              } catch (HandshakeException e) {
                opening.reject(ServerHandshake.reject(e));
              }
            });
    return ((InetSocketAddress) acceptor.address()).getPort();
  }

  Network network() {
    return network;
  }

  /** Returns why the first of its connections has closed, once it has. */
  ClosePayload closed() throws Exception {
    return closed.get(10, TimeUnit.SECONDS);
  }

  boolean hasClosed() {
    return closed.isDone();
  }

  @Override
  public void close() {
    network.close();
  }
}
