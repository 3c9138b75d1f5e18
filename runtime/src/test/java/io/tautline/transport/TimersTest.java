package io.tautline.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each timer goes off once its time has come, whatever the others do and whatever the clock says.
 */
class TimersTest {
  private static final long MILLI = 1_000_000;
  private static final long SLOT = 20 * MILLI;

  private final Loops loops = new Loops(new ChannelSockets(), 1, 1, "timers");
  private final List<Integer> wentOff = new ArrayList<>();

  TimersTest() throws IOException {}

  @AfterEach
  void stop() {
    loops.close();
  }

  /** Records that its timer went off; fails a given number of times first. */
  private final class Timed extends Served {
    private final int number;
    private int failures;

    Timed(int number, int failures) {
      super(loops.all().get(0));
      this.number = number;
      this.failures = failures;
    }

    @Override
    protected void serve(Carrier carrier) {
      throw new IllegalStateException("it is only timed");
    }

    @Override
    protected void expired() {
      if (failures-- > 0) {
        throw new OutOfMemoryError("a fault of the test's");
      }
      wentOff.add(number);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MIN_VALUE, -1, Long.MAX_VALUE - 100 * MILLI})
  void aTimerThatFailsGoesOffAgainAndTheOthersGoOffInTime(long now) {
    Timers timers = new Timers(now);
    for (int i = 0; i < 6; i++) {
      timers.set(new Timed(i, i == 1 ? 2 : 0), now + i * SLOT);
    }
    timers.expire(now + 5 * SLOT);
    assertThat(wentOff).containsExactly(0, 2, 3, 4, 5);
    assertThat(timers.delay(now + 5 * SLOT)).isBetween(0L, 2 * SLOT);
    timers.expire(now + 7 * SLOT);
    assertThat(wentOff).doesNotContain(1);
    timers.expire(now + 9 * SLOT);
    assertThat(wentOff).endsWith(1);
    assertThat(timers.delay(now + 9 * SLOT)).as("no timer is set any more").isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MIN_VALUE, -1, Long.MAX_VALUE - 100 * MILLI})
  void aTimerGoesOffAfterItsDeadlineAndNeverBefore(long now) {
    Timers timers = new Timers(now);
    Timed early = new Timed(1, 0);
    timers.set(early, now + 300 * MILLI);
    timers.setIfEarlier(early, now + 400 * MILLI);
    timers.setIfEarlier(early, now + 200 * MILLI);
    timers.set(new Timed(2, 0), now + 30_000 * MILLI); // three times round the wheel
    timers.expire(now + 199 * MILLI);
    assertThat(wentOff).isEmpty();
    assertThat(timers.delay(now + 199 * MILLI)).isEqualTo(MILLI);
    timers.expire(now + 220 * MILLI);
    assertThat(wentOff).containsExactly(1);
    for (long at = 220; at < 30_000; at += 1000) {
      timers.expire(now + at * MILLI);
    }
    assertThat(wentOff).containsExactly(1);
    timers.expire(now + 30_020 * MILLI);
    assertThat(wentOff).containsExactly(1, 2);
  }
}
