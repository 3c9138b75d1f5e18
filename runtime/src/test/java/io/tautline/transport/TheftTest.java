package io.tautline.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ends of turns race with their theft: no turn is lost, none is run twice. */
class TheftTest {
  private static final int TURNS = Integer.getInteger("tautline.theft.turns", 20_000);

  /** Counts how often it is asked for a turn, and what it has seen of that in its turns. */
  private static final class Counting extends Served {
    private final Random random;
    private final boolean elsewhere;
    private final AtomicBoolean inTurn = new AtomicBoolean();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong turns;
    private volatile int seen;
    private volatile boolean overlapped;

    Counting(EventLoop loop, long seed, boolean elsewhere, AtomicLong turns) {
      super(loop);
      this.random = new Random(seed);
      this.elsewhere = elsewhere;
      this.turns = turns;
    }

    void ask() {
      asked.incrementAndGet();
      wake();
    }

    @Override
    protected void serve(Carrier carrier) {
      turn();
    }

    @Override
    protected boolean offLoop() {
      return elsewhere;
    }

    @Override
    protected void serveOffLoop() {
      turn();
    }

    private void turn() {
      overlapped |= !inTurn.compareAndSet(false, true);
      int now = asked.get();
      overlapped |= now < seen;
      int what = random.nextInt(64);
      Carrier carrier = Carrier.current();
      if (what == 0 && carrier != null) {
        carrier.handOver();
      }
      if (what == 1) {
        Thread.yield(); // so that thieves get there on one processor too
      }
      for (int i = what * 4; i > 0; i--) {
        Thread.onSpinWait();
      }
      seen = now;
      turns.incrementAndGet();
      overlapped |= !inTurn.compareAndSet(true, false);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void noTurnIsLostAndNoneIsRunBesideAnotherOfTheSame(int maxCarriers) throws Exception {
    AtomicLong turns = new AtomicLong();
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong thefts = new AtomicLong();
    String name = "theft-" + maxCarriers;
    List<Counting> served = new ArrayList<>();
    try (Loops loops = new Loops(new ChannelSockets(), 1, maxCarriers, name)) {
      EventLoop loop = loops.all().get(0);
      for (int i = 0; i < 16; i++) {
        served.add(new Counting(loop, 7919L * i, i % 4 == 3, turns));
      }
      Thread thief =
          new Thread(
              () -> {
                while (!over.get()) {
                  if (loop.steal(loop.state(), true)) {
                    thefts.incrementAndGet();
                  }
                }
              });
      thief.setDaemon(true);
      thief.start();
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
      while (turns.get() < TURNS || thefts.get() == 0) {
        assertThat(System.nanoTime()).as("turns and thefts go on").isLessThan(deadline);
        served.get(ThreadLocalRandom.current().nextInt(served.size())).ask();
        if (turns.get() % 64 == 0) {
          Thread.yield();
        }
      }
      await().until(() -> served.stream().allMatch(one -> one.seen == one.asked.get()));
      over.set(true);
      thief.join();
      assertThat(served).noneMatch(one -> one.overlapped);
    }
    await().until(() -> threads(name) == 0);
  }

  /** Returns how many threads of that name there are; one that a loop leaves behind is leaked. */
  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(name))
        .count();
  }

  @Test
  void tasksThatNeverEndDoNotKeepATurnWaiting() throws Exception {
    AtomicBoolean served = new AtomicBoolean();
    try (Loops loops = new Loops(new ChannelSockets(), 1, 1, "endless")) {
      EventLoop loop = loops.all().get(0);
      Runnable endless =
          new Runnable() {
            @Override
            public void run() {
              if (!served.get()) {
                loop.execute(this);
              }
            }
          };
      loop.execute(endless);
      new Served(loop) {
        @Override
        protected void serve(Carrier carrier) {
          served.set(true);
        }
      }.wake();
      await().untilTrue(served);
    }
  }

  @Test
  void aTurnThatTakesLongIsStolenAndOthersAreServedMeanwhile() throws Exception {
    AtomicBoolean go = new AtomicBoolean();
    AtomicBoolean late = new AtomicBoolean();
    AtomicInteger served = new AtomicInteger();
    try (Loops loops = new Loops(new ChannelSockets(), 1, 4, "long")) {
      EventLoop loop = loops.all().get(0);
      Served blocking =
          new Served(loop) {
            @Override
            protected void serve(Carrier carrier) {
              while (!go.get()) {
                Thread.onSpinWait();
              }
              served.addAndGet(100);
            }

            @Override
            protected void left(boolean foundLate) {
              late.set(foundLate);
            }
          };
      Served other =
          new Served(loop) {
            @Override
            protected void serve(Carrier carrier) {
              served.incrementAndGet();
            }
          };
      blocking.wake();
      await().until(late::get);
      other.wake();
      await().until(() -> served.get() == 1);
      go.set(true);
      await().until(() -> served.get() == 101);
    }
  }
}
