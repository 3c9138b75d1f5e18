package io.tautline.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A loop goes on when its poller fails: no socket, task or timer of it is forgotten. */
class PollerFaultTest {
  /** Fails a given number of times. */
  private static final class FaultyPoller extends ChannelPoller {
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger failuresToReopen = new AtomicInteger();
    private final AtomicInteger failuresToWake = new AtomicInteger();

    FaultyPoller() throws IOException {}

    @Override
    public void poll(long millis) throws IOException {
      if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new IOException("a fault of the test's");
      }
      super.poll(millis);
    }

    @Override
    public void wakeup() {
      if (failuresToWake.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new OutOfMemoryError("a fault of the test's");
      }
      super.wakeup();
    }

    @Override
    public void reopen() throws IOException {
      if (failuresToReopen.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new IOException("a fault of the test's");
      }
      super.reopen();
    }
  }

  /** Pollers that fail. */
  private static final class FaultySockets implements Sockets {
    private final FaultyPoller poller = new FaultyPoller();

    FaultySockets() throws IOException {}

    @Override
    public Poller poller() {
      return poller;
    }

    @Override
    public ListeningSocket listen(SocketAddress address, int backlog) {
      throw new UnsupportedOperationException("nobody listens");
    }

    @Override
    public Socket connect(SocketAddress address) {
      throw new UnsupportedOperationException("nobody connects");
    }
  }

  /** The end of a pipe that is read. */
  private static final class Source extends Keyed {
    private final Pipe.SourceChannel channel;

    Source(Pipe.SourceChannel channel) {
      this.channel = channel;
    }

    @Override
    SelectableChannel channel() {
      return channel;
    }
  }

  @Test
  void aLoopWhosePollerFailsServesItsSocketsTasksAndTimers() throws Exception {
    FaultySockets sockets = new FaultySockets();
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    Source source = new Source(pipe.source());
    AtomicInteger read = new AtomicInteger();
    AtomicInteger expired = new AtomicInteger();
    try (Loops loops = new Loops(sockets, 1, 1, "faulty")) {
      EventLoop loop = loops.all().get(0);
      Served served =
          new Served(loop) {
            @Override
            protected void serve(Carrier carrier) {
              try {
                read.addAndGet(Math.max(0, pipe.source().read(ByteBuffer.allocate(100))));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }

            @Override
            protected void expired() {
              expired.incrementAndGet();
            }
          };
      loop.execute(
          () -> {
            try {
              loop.register(source, SelectionKey.OP_READ, served);
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      for (int round = 1; round <= 20; round++) {
        sockets.poller.failuresToReopen.set(round % 3);
        sockets.poller.failures.set(1 + round % 3);
        CompletableFuture<Void> task = new CompletableFuture<>();
        loop.execute(
            () -> {
              loop.timer(served, loop.now());
              task.complete(null);
            });
        task.get(10, TimeUnit.SECONDS);
        int now = round;
        await().until(() -> expired.get() == now);
        pipe.sink().write(ByteBuffer.allocate(1));
        await().until(() -> read.get() == now);
        assertThat(source.interest(SelectionKey.OP_READ, false)).isTrue();
        assertThat(source.interest(SelectionKey.OP_READ, true)).isTrue();
        loop.wakeup();
      }
    } finally {
      pipe.sink().close();
      pipe.source().close();
    }
  }

  @Test
  void aTurnComesBackOnceHoweverOftenItFailsToWakeItsLoop() throws Exception {
    FaultySockets sockets = new FaultySockets();
    AtomicInteger turns = new AtomicInteger();
    AtomicInteger returns = new AtomicInteger();
    try (Loops loops = new Loops(sockets, 1, 1, "faulty")) {
      EventLoop loop = loops.all().get(0);
      Served served =
          new Served(loop) {
            @Override
            protected void serve(Carrier carrier) {
              carrier.handOver();
              sockets.poller.failuresToWake.set(3);
              turns.incrementAndGet();
            }

            @Override
            protected void back() {
              returns.incrementAndGet();
            }
          };
      for (int turn = 1; turn <= 50; turn++) {
        loop.execute(served::ready);
        int now = turn;
        await().until(() -> returns.get() >= now);
        CompletableFuture<Void> later = new CompletableFuture<>();
        sockets.poller.failuresToWake.set(0);
        loop.execute(() -> loop.execute(() -> later.complete(null)));
        later.get(10, TimeUnit.SECONDS);
        assertThat(returns).hasValue(now);
        assertThat(turns).hasValue(now);
      }
    }
  }
}
