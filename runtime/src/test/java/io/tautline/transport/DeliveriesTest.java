package io.tautline.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What has been given to many leaves some at a time, and all of it leaves. */
class DeliveriesTest {
  private final Loops loops;
  private final EventLoop loop;
  private final List<Integer> delivered = new ArrayList<>();

  DeliveriesTest() throws IOException {
    loops = new Loops(new ChannelSockets(), 1, 1, "deliveries");
    loop = loops.all().get(0);
  }

  @AfterEach
  void stop() {
    loops.close();
  }

  /** Notes that it was asked to deliver. */
  private final class Member extends Served {
    private final int number;

    Member(int number) {
      super(loop);
      this.number = number;
    }

    @Override
    protected void serve(Carrier carrier) {
      throw new IllegalStateException("no turn is wanted");
    }

    @Override
    protected int fetch() {
      if (number == 14) {
        throw new IllegalStateException("a fault of the test's");
      }
      return number;
    }

    @Override
    protected void breakOff() {
      delivered.add(-number);
    }

    @Override
    protected void deliver() {
      delivered.add(number);
      if (number == 13) {
        throw new IllegalStateException("a fault of the test's");
      }
    }
  }

  /** Runs on the loop, and returns what comes of it. */
  private <T> T onLoop(Callable<T> call) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            result.complete(call.call());
          } catch (Exception | AssertionError e) {
            result.completeExceptionally(e);
          }
        });
    return result.get(10, TimeUnit.SECONDS);
  }

  @Test
  void theLoopGoesOnInBetween() throws Exception {
    CompletableFuture<Integer> seen = new CompletableFuture<>();
    onLoop(
        () -> {
          for (int i = 100; i < 300; i++) {
            loop.deliver(new Member(i));
          }
          loop.timer(
              new Served(loop) {
                @Override
                protected void serve(Carrier carrier) {
                  throw new IllegalStateException("no turn is wanted");
                }

                @Override
                protected void expired() {
                  seen.complete(delivered.size());
                }
              },
              loop.now());
          return null;
        });
    assertThat(seen.get(10, TimeUnit.SECONDS)).isLessThan(200);
    while (onLoop(delivered::size) < 200) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < 200; i++) {
      assertThat(delivered.get(i)).isEqualTo(100 + i);
    }
  }

  @Test
  void aFaultOfOneIsNotThatOfTheRest() throws Exception {
    onLoop(
        () -> {
          for (int i = 0; i < 30; i++) {
            loop.deliver(new Member(i));
          }
          return null;
        });
    while (onLoop(delivered::size) < 31) {
      Thread.onSpinWait();
    }
    assertThat(delivered).hasSize(31).as("the one whose prefetch failed is ended").contains(-14);
  }

  @Test
  void ifTooManyWaitTheNextDeliversAtOnce() throws Exception {
    onLoop(
        () -> {
          Member one = new Member(0);
          for (int i = 0; i < 4096; i++) {
            loop.deliver(one);
          }
          assertThat(delivered).isEmpty();
          loop.deliver(new Member(1));
          assertThat(delivered).containsExactly(1);
          return null;
        });
    while (onLoop(delivered::size) < 4097) {
      Thread.onSpinWait();
    }
  }
}
