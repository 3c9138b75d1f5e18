package io.tautline.benchmarks.server;

import io.tautline.connection.Connection;
import io.tautline.connection.Limits;
import io.tautline.connection.Listener;
import io.tautline.connection.Network;
import io.tautline.epoll.Epoll;
import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.Headers;
import io.tautline.handshake.ServerHandshake;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Opcode;
import io.tautline.transport.Sockets;
import io.tautline.transport.Wire;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Our connections without the container: bytes in, bytes out, no String between. */
public final class ConnectionEcho {
  private ConnectionEcho() {}

  private record Echo(Connection connection) implements Listener {
    @Override
    public void opened() {}

    @Override
    public void text(byte[] bytes, int from, int to) {
      connection.send(null, Opcode.TEXT, true, bytes, from, to, null);
    }

    @Override
    public void binary(byte[] bytes, int from, int to) {
      connection.send(null, Opcode.BINARY, true, bytes, from, to, null);
    }

    @Override
    public void part(int opcode, byte[] bytes, int from, int to, boolean last) {
      throw new IllegalStateException("nothing streams here");
    }

    @Override
    public void received() {}

    @Override
    public void pong(byte[] bytes, int from, int to) {}

    @Override
    public void closed(ClosePayload cause) {}
  }

  /**
   * Serves until it is killed.
   *
   * @param args the port, the number of loops, and perhaps that epoll is wanted
   */
  public static void main(String[] args) throws Exception {
    Sockets sockets = Epoll.orChannels(args.length > 2);
    Network network = new Network(sockets, Integer.parseInt(args[1]), Limits.DEFAULT, "echo");
    network.listen(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])),
        Wire::plain,
        (head, opening) -> {
          try {
            ServerHandshake.check(head);
            opening.accept(ServerHandshake.accept(head, null, null, Headers.NONE), null, Echo::new);
          } catch (HandshakeException e) {
            opening.reject(ServerHandshake.reject(e));
          }
        });
    Thread.currentThread().join();
  }
}
