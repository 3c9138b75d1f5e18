package io.tautline.transport;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two threads ask for a turn after a write each, while the driver takes one: the last turn sees both
 * writes, so nothing that was asked for is lost.
 */
@JCStressTest
@Outcome(id = ".*, .*, 3", expect = Expect.ACCEPTABLE, desc = "the last turn sees both writes")
@Outcome(expect = Expect.FORBIDDEN, desc = "a write that no turn sees")
@State
public class WakeStress {
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger written = new AtomicInteger();
  private final Wakeable wakeable = new Wakeable();

  /** Does what {@link Served} does to be woken up once. */
  private final class Wakeable extends WakeFlag {
    private int seen;

    void wake() {
      if (raise()) {
        tasks.add(this::turn);
      }
    }

    void turn() {
      lower();
      seen = written.get();
    }
  }

  private int runAll() {
    int run = 0;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
      run++;
    }
    return run;
  }

  @Actor
  public void first(III_Result result) {
    written.addAndGet(1);
    wakeable.wake();
  }

  @Actor
  public void second(III_Result result) {
    written.addAndGet(2);
    wakeable.wake();
  }

  @Actor
  public void driver(III_Result result) {
    result.r1 = runAll();
  }

  @Arbiter
  public void after(III_Result result) {
    result.r2 = runAll();
    result.r3 = wakeable.seen;
  }
}
