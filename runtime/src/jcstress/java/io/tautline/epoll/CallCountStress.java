package io.tautline.epoll;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A descriptor that is closed during calls is given back once, and during none of them. */
@JCStressTest
@Outcome(id = ".*, .*, 1", expect = Expect.ACCEPTABLE, desc = "given back once, after the calls")
@Outcome(expect = Expect.FORBIDDEN, desc = "given back during a call, twice, or never")
@State
public class CallCountStress extends CallCount {
  private volatile int givenBack;
  private volatile int callsUnderWay;

  @Override
  void giveBack() {
    givenBack += callsUnderWay == 0 ? 1 : 100;
  }

  private boolean call() {
    if (!tryEnter()) {
      return false;
    }
    synchronized (this) {
      callsUnderWay++;
    }
    synchronized (this) {
      callsUnderWay--;
    }
    leave();
    return true;
  }

  @Actor
  public void reader(III_Result result) {
    result.r1 = call() ? 1 : 0;
  }

  @Actor
  public void writer(III_Result result) {
    result.r2 = call() ? 1 : 0;
  }

  @Actor
  public void closer() {
    for (int i = 0; i < 2; i++) { // as others may, too
      if (markClosed()) {
        giveBackIfUnused();
      }
    }
  }

  @Arbiter
  public void after(III_Result result) {
    result.r3 = givenBack;
  }
}
