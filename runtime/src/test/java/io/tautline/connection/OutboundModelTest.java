package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.protocol.Opcode;
import io.tautline.protocol.Role;
import io.tautline.transport.ChannelSockets;
import io.tautline.transport.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
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

  /** States and events that have come together. */
  private static final Set<String> CELLS = new TreeSet<>();

  /** How many messages the room has been sent. */
  private int roomMessages;

  @Test
  void whateverHappensTheModelHolds() throws Exception {
    try (Loops loops = new Loops(new ChannelSockets(), 1, 1, "model")) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      // On a carrier, since what turns send is gathered in its buffer.
      loops.all().get(0).execute(() -> lives(done));
      done.get(10, TimeUnit.MINUTES);
    }
    if (SEED < 0) {
      List<String> missed = new ArrayList<>();
      int possible = 0;
      for (Outbound.State state : Outbound.State.values()) {
        for (SimulatedPeer.Event event : SimulatedPeer.Event.values()) {
          if (SimulatedPeer.isPossible(state, event)) {
            possible++;
            if (!CELLS.contains(state + " " + event)) {
              missed.add(state + " " + event);
            }
          }
        }
      }
      System.out.println(
          "OutboundModelTest covered " + (possible - missed.size()) + " of " + possible + " cells");
      assertThat(missed).as("cells of the table that no life has visited").isEmpty();
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
    List<SimulatedPeer> servers = new ArrayList<>();
    List<SimulatedPeer> clients = new ArrayList<>();
    for (int members = 1 + random.nextInt(3); members > 0; members--) {
      SimulatedPeer.Mode mode = SimulatedPeer.Mode.values()[random.nextInt(4)];
      SimulatedPeer server = new SimulatedPeer(Role.SERVER, random.split(), mode, now, CELLS);
      SimulatedPeer client = new SimulatedPeer(Role.CLIENT, random.split(), mode, now, CELLS);
      server.meets(client);
      client.meets(server);
      servers.add(server);
      clients.add(client);
    }
    boolean stalls = random.nextInt(3) == 0;
    roomMessages = 0;
    for (int step = 0; step < STEPS_OF_A_LIFE; step++) {
      now += random.nextLong(stalls ? 5_000_000_000L : 10_000_000);
      int member = random.nextInt(servers.size());
      boolean serverActs = random.nextBoolean();
      SimulatedPeer one = (serverActs ? servers : clients).get(member);
      SimulatedPeer two = (serverActs ? clients : servers).get(member);
      switch (random.nextInt(stalls ? 14 : 8)) {
        case 0, 1 -> one.act(random.nextBoolean(), now, () -> broadcast(servers, random));
        case 2, 3 -> two.receive(one.out.arrive(random.nextInt(200)), now);
        case 4 -> two.receive(one.out.arrive(4096), now);
        case 5 -> {
          if (random.nextInt(500) == 0) {
            one.exhaustMemory();
          }
          one.drain();
          if (random.nextInt(2000) == 0) {
            one.lose();
            two.lose();
          }
        }
        case 6, 7 -> broadcast(servers, random);
        default -> {} // nothing arrives for a while
      }
      if (one.isDead()) {
        one.lose();
        two.lose();
      }
      one.checkBounds();
    }
    for (int member = 0; member < servers.size(); member++) {
      SimulatedPeer server = servers.get(member);
      SimulatedPeer client = clients.get(member);
      if (server.isDead() || client.isDead()) {
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
  }

  /** Sends one message to all members of the room. */
  private void broadcast(List<SimulatedPeer> members, SplittableRandom random) {
    byte[] payload = SimulatedPeer.roomPayload(roomMessages, random);
    OutgoingMessage message = new OutgoingMessage(Opcode.TEXT, payload);
    for (SimulatedPeer each : members) {
      each.roomMessage(message, roomMessages);
    }
    roomMessages++;
  }

  /** The network is kind again, and one of the two says goodbye. */
  private static void end(SimulatedPeer server, SimulatedPeer client, long now) {
    server.out.exhaustMemory(false);
    client.out.exhaustMemory(false);
    boolean closed = false;
    int rounds = 0;
    for (int quiet = 0; quiet < 3; ) {
      assertThat(++rounds).as("rounds until nothing waits").isLessThan(100_000);
      boolean moved = false;
      for (SimulatedPeer one : new SimulatedPeer[] {server, client}) {
        SimulatedPeer two = one == server ? client : server;
        one.finishMessages();
        one.drain();
        moved |= one.outbound.waiting() || !one.out.isEmpty();
        two.receive(one.out.arrive(Integer.MAX_VALUE), now);
      }
      quiet = moved ? 0 : quiet + 1;
      if (quiet == 2 && !closed) {
        closed = true;
        quiet = 0;
        client.close();
      }
    }
    assertThat(server.outbound.maySend() || client.outbound.maySend()).isFalse();
  }
}
