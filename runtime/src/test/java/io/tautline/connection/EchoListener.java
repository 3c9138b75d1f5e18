package io.tautline.connection;

import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Opcode;
import java.util.concurrent.CompletableFuture;

/** Sends back what it receives. */
class EchoListener implements Listener {
  final Connection connection;
  final CompletableFuture<ClosePayload> closed;

  EchoListener(Connection connection, CompletableFuture<ClosePayload> closed) {
    this.connection = connection;
    this.closed = closed;
  }

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
    throw new AssertionError("nothing streams here");
  }

  @Override
  public void received() {}

  @Override
  public void pong(byte[] bytes, int from, int to) {}

  @Override
  public void closed(ClosePayload cause) {
    closed.complete(cause);
  }
}
