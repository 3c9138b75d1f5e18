package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.protocol.Opcode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the peers of a server that stops hear. */
class StoppingTest {
  private final EchoServer server = new EchoServer();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void drainingSays1001AndWaitsForTheAnswer() throws Exception {
    int port = server.listen(Limits.DEFAULT);
    try (RawPeer peer = RawPeer.upgraded(port)) {
      CompletableFuture<Boolean> drained =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return server.network().drain(Duration.ofSeconds(10));
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      assertThat(peer.read(4)).startsWith("88").endsWith("03e9");
      peer.sendHex("88 82 00000000 03e9");
      peer.readToEnd();
      peer.socket().close();
      assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(server.closed().code()).isEqualTo(1001);
    }
  }

  @Test
  void whatWaitsForATurnWhenTheServerStopsLeavesBefore1001() throws Exception {
    CompletableFuture<Connection> open = new CompletableFuture<>();
    int port =
        server.listen(
            Limits.DEFAULT,
            (connection, end) -> {
              open.complete(connection);
              return new EchoListener(connection, end);
            });
    try (RawPeer peer = RawPeer.upgraded(port)) {
      Connection connection = open.get(10, TimeUnit.SECONDS);
      connection
          .loop()
          .execute(
              () -> {
                connection.call(
                    () -> connection.send(null, Opcode.TEXT, true, new byte[] {'a'}, 0, 1, null));
                connection.stop("");
              });
      assertThat(peer.read(7)).isEqualTo("810161" + "880203e9");
    }
  }

  @Test
  void whoIsBeingLetInWhenTheServerStopsIsOpenFirstAndHears1001() throws Exception {
    CompletableFuture<Connection> opening = new CompletableFuture<>();
    CountDownLatch mayOpen = new CountDownLatch(1);
    int port =
        server.listen(
            Limits.DEFAULT,
            (connection, end) -> {
              opening.complete(connection);
              try {
                mayOpen.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return new EchoListener(connection, end);
            });
    try (RawPeer peer = new RawPeer(port)) {
      peer.send(RawPeer.UPGRADE);
      Connection connection = opening.get(10, TimeUnit.SECONDS);
      CountDownLatch stopped = new CountDownLatch(1);
      connection
          .loop()
          .execute(
              () -> {
                connection.stop("");
                stopped.countDown();
              });
      assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
      mayOpen.countDown();
      assertThat(peer.head()).startsWith("HTTP/1.1 101 ");
      assertThat(peer.read(4)).isEqualTo("880203e9");
    }
  }
}
