package io.tautline.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How many turns may be detached is bounded; that loops are driven is not. */
class BlockingPermitsTest {
  /** Begins detached, and waits for a latch. */
  private static final class Blocking extends Served {
    private final BlockingPermits.Share share;
    private final CountDownLatch over;
    private final Set<Blocking> begun;
    private final boolean detached;

    Blocking(
        EventLoop loop,
        BlockingPermits.Share share,
        CountDownLatch over,
        Set<Blocking> begun,
        boolean detached) {
      super(loop);
      this.share = share;
      this.over = over;
      this.begun = begun;
      this.detached = detached;
    }

    @Override
    protected BlockingPermits.Share share() {
      return share;
    }

    @Override
    protected boolean offLoop() {
      return detached;
    }

    @Override
    protected void serveOffLoop() {
      begun.add(this);
      try {
        over.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      begun.remove(this);
    }

    @Override
    protected void serve(Carrier carrier) {
      serveOffLoop();
    }
  }

  private final CountDownLatch over = new CountDownLatch(1);
  private final Set<Blocking> begun = ConcurrentHashMap.newKeySet();

  private void block(EventLoop loop, BlockingPermits.Share share, int count, boolean detached) {
    for (int i = 0; i < count; i++) {
      new Blocking(loop, share, over, begun, detached).wake();
    }
  }

  private static void isServed(EventLoop loop) {
    AtomicBoolean served = new AtomicBoolean();
    new Served(loop) {
      @Override
      protected void serve(Carrier carrier) {
        served.set(true);
      }
    }.wake();
    await().untilTrue(served);
  }

  @Test
  void noShareTakesMoreThanItsPermitsAndAllTogetherNotMoreThanTheTotal() throws IOException {
    try (Loops loops = new Loops(new ChannelSockets(), 2, 10, "shares")) {
      BlockingPermits.Share first = loops.permits().share(7);
      BlockingPermits.Share second = loops.permits().share(7);
      block(loops.next(), first, 20, true);
      await().until(() -> begun.size() == 7);
      assertThat(first.isExhausted()).isTrue();
      assertThat(second.isExhausted()).isFalse();
      block(loops.next(), second, 20, true);
      await().until(() -> begun.size() == 10);
      assertThat(second.isExhausted()).isTrue();
      loops.all().forEach(BlockingPermitsTest::isServed);
      assertThat(begun).hasSize(10);
      over.countDown();
      await().until(begun::isEmpty);
      await().until(() -> !first.isExhausted() && !second.isExhausted());
    }
  }

  @Test
  void whatWaitsForAPermitBeginsWhenOneIsGivenBackAndTheShareWithFewestComesFirst()
      throws IOException {
    try (Loops loops = new Loops(new ChannelSockets(), 1, 1, "waiting")) {
      List<Integer> order = new ArrayList<>();
      BlockingPermits.Share greedy = loops.permits().share(1);
      BlockingPermits.Share modest = loops.permits().share(1);
      AtomicInteger running = new AtomicInteger();
      BlockingPermits.Detached first = new BlockingPermits.Detached(greedy, null, null);
      greedy.acquire(first, running::incrementAndGet);
      for (int i = 0; i < 3; i++) {
        int number = i;
        for (BlockingPermits.Share share : List.of(greedy, modest)) {
          BlockingPermits.Detached turn = new BlockingPermits.Detached(share, null, null);
          share.acquire(
              turn,
              () -> {
                order.add(share == greedy ? number : 10 + number);
                turn.end();
              });
        }
      }
      assertThat(order).isEmpty();
      first.end();
      assertThat(order).containsExactlyInAnyOrder(0, 1, 2, 10, 11, 12);
    }
  }

  @Test
  void moreLoopsThanPermitsAreAllDriven() throws IOException {
    try (Loops loops = new Loops(new ChannelSockets(), 8, 1, "loops")) {
      loops.all().forEach(BlockingPermitsTest::isServed);
      BlockingPermits.Share share = loops.permits().share(1);
      for (EventLoop loop : loops.all()) {
        block(loop, share, 3, false); // without notice, so that each is stolen
      }
      await().until(() -> begun.size() == 24);
      loops.all().forEach(BlockingPermitsTest::isServed);
      over.countDown();
    }
  }

  @Test
  @SuppressWarnings("try") // closed twice on purpose
  void everythingThatWaitsBeginsWhenTheLoopsEnd() throws IOException {
    try (Loops loops = new Loops(new ChannelSockets(), 1, 2, "ending")) {
      block(loops.next(), loops.permits().share(2), 20, true);
      await().until(() -> begun.size() == 2);
      isServed(loops.all().get(0));
      loops.close();
      await().until(() -> begun.size() == 20);
      over.countDown();
      await().until(begun::isEmpty);
    }
    await().until(() -> threads("ending") == 0);
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(name))
        .count();
  }
}
