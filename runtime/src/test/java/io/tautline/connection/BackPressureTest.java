package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.transport.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who sends faster than the answers are read has to wait, and loses nothing. */
class BackPressureTest {
  private final EchoServer server = new EchoServer();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aPeerThatDoesNotReadIsNotReadFrom() throws Exception {
    writesUntilItReads(server.listen(Limits.DEFAULT));
  }

  @Test
  void aPeerThatDoesNotReadIsNotReadFromWhileHandlersBlockEither() throws Exception {
    writesUntilItReads(
        server.listen(
            Limits.DEFAULT,
            (connection, done) ->
                new EchoListener(connection, done) {
                  @Override
                  public void binary(byte[] bytes, int from, int to) {
                    Connection.handOver();
                    goesOnElsewhere(connection.loop());
                    super.binary(bytes, from, to);
                  }
                }));
  }

  /** Waits until the loop has someone else to drive it. */
  private static void goesOnElsewhere(EventLoop loop) {
    CountDownLatch gone = new CountDownLatch(1);
    loop.execute(gone::countDown);
    try {
      assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void writesUntilItReads(int port) throws Exception {
    try (RawPeer peer = RawPeer.upgraded(port)) {
      byte[] frame = new byte[8 + 60_000];
      frame[0] = (byte) 0x82;
      frame[1] = (byte) 0xFE;
      frame[2] = (byte) (60_000 >> 8);
      frame[3] = (byte) 60_000;
      int most = 5000; // more than sockets keep, whatever the system lets them
      AtomicInteger written = new AtomicInteger();
      AtomicBoolean enough = new AtomicBoolean();
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(
              () -> {
                try {
                  while (!enough.get() && written.get() < most) {
                    peer.socket().getOutputStream().write(frame);
                    written.incrementAndGet();
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      AtomicInteger before = new AtomicInteger();
      await()
          .pollDelay(Duration.ofMillis(300))
          .pollInterval(Duration.ofMillis(300))
          .until(() -> before.getAndSet(written.get()) == written.get());
      assertThat(before).hasPositiveValue();
      assertThat(sent).isNotDone();
      enough.set(true);
      // Once we read, everything comes back: nothing was dropped, no one was closed.
      for (int i = 0; i < before.get(); i++) {
        assertThat(peer.socket().getInputStream().readNBytes(60_004)).hasSize(60_004);
      }
      sent.get(10, TimeUnit.SECONDS);
      for (int i = before.get(); i < written.get(); i++) {
        assertThat(peer.socket().getInputStream().readNBytes(60_004)).hasSize(60_004);
      }
      assertThat(server.hasClosed()).isFalse();
    }
  }
}
