package io.tautline.epoll;

import static io.tautline.epoll.SocketPair.loopback;
import static io.tautline.epoll.SocketPair.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.transport.Carrier;
import io.tautline.transport.EventLoop;
import io.tautline.transport.ListeningSocket;
import io.tautline.transport.Loops;
import io.tautline.transport.Poller;
import io.tautline.transport.Served;
import io.tautline.transport.Socket;
import io.tautline.transport.Sockets;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Turns come for what is waited for, and a closed socket is another's no more. */
class PollingTest {
  /** Counts its turns. */
  private static final class Counting extends Served {
    private final AtomicInteger turns = new AtomicInteger();

    Counting(EventLoop loop) {
      super(loop);
    }

    @Override
    protected void serve(Carrier carrier) {
      turns.incrementAndGet();
    }
  }

  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void whoeverUsesOneThatIsClosedIsToldSo(Sockets sockets) throws Exception {
    try (SocketPair pair = SocketPair.of(sockets, loopback())) {
      pair.far().close();
      assertThat(pair.far().readyOps() & SelectionKey.OP_READ).isNotZero();
    }
  }

  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void anInterruptThatComesTooLateEndsNoWaiting(Sockets sockets) throws Exception {
    try (Loops loops = new Loops(sockets, 1, 1, "interrupt")) {
      EventLoop loop = loops.all().get(0);
      CompletableFuture<Thread> carrier = new CompletableFuture<>();
      loop.execute(() -> carrier.complete(Thread.currentThread()));
      loop.wakeup();
      Thread interrupted = carrier.get(10, TimeUnit.SECONDS);
      interrupted.interrupt();
      soon()
          .until(
              () -> {
                loop.wakeup(); // at once; it may be about to wait
                return !interrupted.isInterrupted();
              });
    }
  }

  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void turnsComeForWhatIsWaitedForOnly(Sockets sockets) throws Exception {
    try (Loops loops = new Loops(sockets, 1, 1, "interest");
        SocketPair pair = SocketPair.of(sockets, loopback())) {
      EventLoop loop = loops.all().get(0);
      Counting served = new Counting(loop);
      loop.execute(() -> register(loop, pair.far(), served));
      pair.near().write(ByteBuffer.allocate(1));
      soon().until(() -> served.turns.get() > 3); // until it is read
      assertThat(pair.far().readyOps() & SelectionKey.OP_READ).isNotZero();

      assertThat(pair.far().interest(SelectionKey.OP_READ, false)).isTrue();
      assertThat(pair.far().interest(SelectionKey.OP_READ, false)).isFalse();
      loop.wakeup();
      inARound(loop);
      int before = served.turns.get();
      for (int i = 0; i < 10; i++) {
        inARound(loop);
      }
      assertThat(served.turns).hasValue(before);

      assertThat(pair.far().interest(SelectionKey.OP_WRITE, true)).isTrue();
      loop.wakeup();
      soon().until(() -> served.turns.get() > before);
      assertThat(pair.far().readyOps()).isEqualTo(SelectionKey.OP_WRITE);
      assertThat(loop.registered()).containsExactly(served);

      pair.far().close();
      loop.wakeup();
      inARound(loop);
      inARound(loop);
      int last = served.turns.get();
      inARound(loop);
      assertThat(served.turns).hasValue(last);
      assertThat(loop.registered()).isEmpty();
    }
  }

  /** Makes the same sockets, and remembers the poller that is made last. */
  private static final class PollerSpy implements Sockets {
    private final Sockets sockets;
    private volatile Poller last;

    PollerSpy(Sockets sockets) {
      this.sockets = sockets;
    }

    @Override
    public Poller poller() throws IOException {
      last = sockets.poller();
      return last;
    }

    @Override
    public ListeningSocket listen(SocketAddress address, int backlog) throws IOException {
      return sockets.listen(address, backlog);
    }

    @Override
    public Socket connect(SocketAddress address) throws IOException {
      return sockets.connect(address);
    }
  }

  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void aReopenedPollerWaitsForEverythingThatTheOldOneWaitedFor(Sockets sockets) throws Exception {
    PollerSpy spy = new PollerSpy(sockets);
    try (Loops loops = new Loops(spy, 1, 1, "reopen");
        SocketPair pair = SocketPair.of(sockets, loopback())) {
      EventLoop loop = loops.all().get(0);
      Counting served = new Counting(loop);
      loop.execute(() -> register(loop, pair.far(), served));
      for (int round = 0; round < 3; round++) {
        CompletableFuture<Void> reopened = new CompletableFuture<>();
        loop.execute(
            () -> {
              try {
                spy.last.reopen();
                reopened.complete(null);
              } catch (IOException e) {
                reopened.completeExceptionally(e);
              }
            });
        reopened.get(10, TimeUnit.SECONDS); // execute woke up the new poller or the old one
        inARound(loop);
        assertThat(loop.registered()).containsExactly(served);
        int before = served.turns.get();
        pair.near().write(ByteBuffer.allocate(1));
        soon().until(() -> served.turns.get() > before);

        assertThat(pair.far().interest(SelectionKey.OP_READ, false)).isTrue();
        loop.wakeup();
        inARound(loop);
        int quiet = served.turns.get();
        inARound(loop);
        assertThat(served.turns).hasValue(quiet);
        assertThat(pair.far().interest(SelectionKey.OP_READ, true)).isTrue();
        loop.wakeup();
        soon().until(() -> served.turns.get() > quiet);
        pair.far().read(ByteBuffer.allocate(1));
      }
    }
  }

  private static void register(EventLoop loop, Socket socket, Served served) {
    try {
      loop.register(socket, SelectionKey.OP_READ, served);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until the loop has gone round once more. */
  private static void inARound(EventLoop loop) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(() -> loop.execute(done::countDown));
    done.await();
  }

  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void whoStillWritesToAClosedSocketReachesNoOtherThatGotItsNumber(Sockets sockets)
      throws Exception {
    for (int round = 0; round < 100; round++) {
      SocketPair first = SocketPair.of(sockets, loopback());
      Thread writer =
          new Thread(
              () -> {
                ByteBuffer letter = ByteBuffer.allocate(1);
                try {
                  while (true) {
                    first.near().write(letter.clear());
                  }
                } catch (IOException e) {
                  // closed, as it should be
                }
              });
      writer.start();
      first.close();
      try (SocketPair second = SocketPair.of(sockets, loopback())) {
        writer.join();
        ByteBuffer into = ByteBuffer.allocate(1);
        assertThat(second.far().read(into)).isZero();
        assertThat(second.near().read(into)).isZero();
      }
    }
  }
}
