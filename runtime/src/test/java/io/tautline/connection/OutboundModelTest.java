package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Role;
import io.tautline.transport.ChannelSockets;
import io.tautline.transport.Loops;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Simulated lives of connections: the real queues, close handshakes and readers of both ends, on a
 * network in memory that delays, splits and loses, with a clock of its own. All of it follows from
 * a seed; {@code -Dtest.jvm.args=-Dmodel.seed=N} replays one life.
 */
class OutboundModelTest {
  private static final int STEPS = Integer.getInteger("model.steps", 1_000_000);
  private static final int STEPS_OF_A_LIFE = 500;
  private static final long SEED = Long.getLong("model.seed", -1);

  @Test
  void whateverHappensTheModelHolds() throws Exception {
    try (Loops loops = new Loops(new ChannelSockets(), 1, 1, "model")) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      // On a carrier, since what turns send is gathered in its buffer.
      loops.all().get(0).execute(() -> lives(done));
      done.get(10, TimeUnit.MINUTES);
    }
  }

  private static void lives(CompletableFuture<Void> done) {
    long seed = SEED < 0 ? 0 : SEED;
    try {
      for (int steps = 0; steps < STEPS; steps += STEPS_OF_A_LIFE) {
        new OutboundModelTest().life(seed);
        if (SEED >= 0) {
          break;
        }
        seed++;
      }
      done.complete(null);
    } catch (RuntimeException | Error e) {
      String replay =
          "mvn -pl runtime -am test -Dtest=OutboundModelTest"
              + " -Dsurefire.failIfNoSpecifiedTests=false -Dtest.jvm.args=-Dmodel.seed=";
      done.completeExceptionally(new AssertionError("replay: " + replay + seed, e));
    }
  }

  private void life(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long now = random.nextLong(1L << 40);
    boolean compressed = random.nextBoolean();
    SimulatedPeer server = new SimulatedPeer(Role.SERVER, random.split(), compressed, now);
    SimulatedPeer client = new SimulatedPeer(Role.CLIENT, random.split(), compressed, now);
    server.meets(client);
    client.meets(server);
    boolean lost = false;
    boolean stalls = random.nextInt(3) == 0;
    for (int step = 0; step < STEPS_OF_A_LIFE && !lost; step++) {
      now += random.nextLong(stalls ? 5_000_000_000L : 10_000_000);
      SimulatedPeer one = random.nextBoolean() ? server : client;
      SimulatedPeer two = one == server ? client : server;
      switch (random.nextInt(stalls ? 12 : 6)) {
        case 0, 1 -> one.act(random.nextBoolean(), now);
        case 2, 3 -> two.receive(one.out.arrive(random.nextInt(200)), now);
        case 4 -> two.receive(one.out.arrive(4096), now);
        case 5 -> {
          one.outbound.flush();
          lost = random.nextInt(2000) == 0;
        }
        default -> {} // nothing arrives for a while
      }
      one.checkBounds();
    }
    if (lost) {
      server.lose();
      client.lose();
    } else {
      end(server, client, now);
    }
    server.finishMessages();
    client.finishMessages();
    server.checkEnd();
    client.checkEnd();
  }

  /** The network is kind again, and one of the two says goodbye. */
  private static void end(SimulatedPeer server, SimulatedPeer client, long now) {
    boolean closed = false;
    int rounds = 0;
    for (int quiet = 0; quiet < 3; ) {
      assertThat(++rounds).as("rounds until nothing waits").isLessThan(100_000);
      boolean moved = false;
      for (SimulatedPeer one : new SimulatedPeer[] {server, client}) {
        SimulatedPeer two = one == server ? client : server;
        one.finishMessages();
        one.outbound.flush();
        moved |= one.outbound.waiting() || !one.out.isEmpty();
        two.receive(one.out.arrive(Integer.MAX_VALUE), now);
      }
      quiet = moved ? 0 : quiet + 1;
      if (quiet == 2 && !closed) {
        closed = true;
        quiet = 0;
        client.outbound.close(new ClosePayload(CloseCode.GOING_AWAY, "bye"));
      }
    }
    assertThat(server.outbound.maySend() || client.outbound.maySend()).isFalse();
  }
}
