package io.tautline.transport;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/** A turn is ended by its driver or taken by one of two thieves, never by more than one of them. */
@JCStressTest
@Outcome(id = "1, 0, 0, 2", expect = Expect.ACCEPTABLE, desc = "ended by its driver")
@Outcome(id = "0, 1, 0, 2", expect = Expect.ACCEPTABLE, desc = "taken by the first")
@Outcome(id = "0, 0, 1, 2", expect = Expect.ACCEPTABLE, desc = "taken by the second")
@State
public class TurnStress {
  private final TurnState turns = new TurnState();

  @Actor
  public void driver(IIII_Result result) {
    long turn = turns.nextTurn();
    turns.begin(turn);
    result.r1 = turns.end(turn) ? 1 : 0;
  }

  @Actor
  public void watchdog(IIII_Result result) {
    result.r2 = turns.take(turns.state()) ? 1 : 0;
  }

  @Actor
  public void handOver(IIII_Result result) {
    result.r3 = turns.take(turns.state()) ? 1 : 0;
  }

  @Arbiter
  public void after(IIII_Result result) {
    result.r4 = (int) turns.state();
  }
}
