package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.protocol.Opcode;
import io.tautline.protocol.Role;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReplyAllowanceTest {
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  @Test
  void theAllowanceGrowsOnlyAfterThePeerHasNotBeenReadForAWhile() {
    Outbound outbound =
        new Outbound(
            new SimulatedWire(new SplittableRandom(1)), Role.SERVER, Limits.DEFAULT, () -> {});
    ReplyAllowance replies =
        new ReplyAllowance(outbound, new SharedMemory(Integer.MAX_VALUE), Limits.DEFAULT);
    byte[] part = {'a'};
    outbound.send("someone", false, Opcode.BINARY, part, 0, 1, null);
    assertThat(replies.mayRead()).isTrue();
    long before = System.nanoTime();
    outbound.beginTurn(null);
    assertThat(outbound.reply(Opcode.BINARY, new byte[Limits.DEFAULT.sendHighWater() + 1]))
        .isTrue();
    assertThat(replies.mayRead()).isFalse();
    assertThat(replies.growsAt() - before).isGreaterThanOrEqualTo(PATIENCE_NANOS);
    replies.grow(before + PATIENCE_NANOS - 1);
    assertThat(replies.mayRead()).as("not yet").isFalse();
    replies.grow(replies.growsAt());
    assertThat(replies.mayRead()).isTrue();
    outbound.endTurn();
    replies.end();
  }
}
