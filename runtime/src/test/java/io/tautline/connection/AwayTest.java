package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.protocol.Opcode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens beside a handler that takes its time. */
class AwayTest {
  private final EchoServer server = new EchoServer();

  @AfterEach
  void close() {
    server.close();
  }

  /** Waits, for longer than a peer does, for what the test must not go on without. */
  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aMessageIsNotLateForWantOfSomeoneToReadIt() throws Exception {
    Limits limits = Limits.builder().messageTimeout(Duration.ofMillis(200)).build();
    int port =
        server.listen(
            limits,
            (connection, done) ->
                new EchoListener(connection, done) {
                  @Override
                  public void binary(byte[] bytes, int from, int to) {
                    super.binary(bytes, from, to);
                    if (bytes[from] == 1) {
                      sleep(2 * limits.messageTimeout().toMillis());
                    }
                  }
                });
    try (RawPeer peer = RawPeer.upgraded(port)) {
      peer.sendHex("82 81 00000000 01" + "82 82 00000000 02"); // the second lacks a byte
      assertThat(peer.read(3)).isEqualTo("820101");
      peer.sendHex("03"); // which the server has long before it reads on
      assertThat(peer.read(4)).isEqualTo("82020203");
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoIsToldThatAPeerHasStalledHoldsNobodyElseUp() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    int port =
        server.listen(
            Limits.builder().stallTimeout(Duration.ofMillis(200)).build(),
            (connection, done) ->
                new EchoListener(connection, done) {
                  @Override
                  public void text(byte[] bytes, int from, int to) {
                    byte[] much = new byte[16 << 20];
                    connection.send(
                        null,
                        Opcode.BINARY,
                        true,
                        much,
                        0,
                        much.length,
                        failure -> {
                          told.countDown();
                          await(over);
                        });
                    await(over);
                  }
                });
    try (RawPeer stalled = RawPeer.upgraded(port);
        RawPeer other = RawPeer.upgraded(port)) {
      stalled.sendHex("81 80 00000000");
      await(told);
      other.sendHex("82 81 00000000 01");
      assertThat(other.read(3)).isEqualTo("820101");
    } finally {
      over.countDown();
    }
  }

  @Test
  void aPeerThatStallsWhileItsMessageIsReadIsGivenUp() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    int port =
        server.listen(
            Limits.builder().stallTimeout(Duration.ofMillis(200)).build(),
            (connection, done) ->
                new EchoListener(connection, done) {
                  @Override
                  public void opened() {
                    connection.stream(true, true);
                  }

                  @Override
                  public void part(int opcode, byte[] bytes, int from, int to, boolean last) {
                    byte[] much = new byte[16 << 20];
                    connection.send(null, Opcode.BINARY, true, much, 0, much.length, null);
                    connection.stopReading();
                  }

                  @Override
                  public void received() {
                    while (connection.pull()) {
                      connection.stopReading();
                    }
                    over.countDown();
                  }
                });
    try (RawPeer stalled = RawPeer.upgraded(port)) {
      stalled.sendHex("02 81 00000000 01");
      await(over);
      assertThat(server.closed().code()).isEqualTo(1006);
    }
  }

  @Test
  void oneWhoThrowsWhenToldKeepsNobodyElseFromBeingTold() throws Exception {
    CompletableFuture<Throwable> second = new CompletableFuture<>();
    int port =
        server.listen(
            Limits.DEFAULT,
            (connection, done) ->
                new EchoListener(connection, done) {
                  @Override
                  public void text(byte[] bytes, int from, int to) {
                    connection.send(
                        null,
                        Opcode.TEXT,
                        true,
                        bytes,
                        from,
                        to,
                        failure -> {
                          throw new IllegalStateException("a fault of the test's");
                        });
                    connection.send(null, Opcode.TEXT, true, bytes, from, to, second::complete);
                  }
                });
    try (RawPeer peer = RawPeer.upgraded(port)) {
      peer.sendHex("81 80 00000000");
      assertThat(peer.read(4)).isEqualTo("81008100");
      assertThat(second.get(10, TimeUnit.SECONDS)).isNull();
    }
  }
}
