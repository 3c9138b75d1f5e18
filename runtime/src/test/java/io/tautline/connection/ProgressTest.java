package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.FrameReader;
import io.tautline.protocol.MessageAssembler;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.ProtocolException;
import io.tautline.protocol.Role;
import io.tautline.transport.Carrier;
import io.tautline.transport.ChannelSockets;
import io.tautline.transport.Loops;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Two peers that push to and answer each other always make progress: whatever they send, and
 * however little the network holds, each push is answered in the end.
 */
class ProgressTest {
  private static final int LIVES = 3000;

  /**
   * An end that pushes, answers each push with a message as long, and reads as {@link Open} does.
   */
  private static final class End implements MessageAssembler.Messages {
    private final SplittableRandom random;
    private final SimulatedWire out;
    private final Outbound outbound;
    private final ReplyAllowance replies;
    private final FrameReader reader;
    private final int longest;

    /** How many pushes are still to be sent, and how many answers are still to come. */
    private int toPush;

    private int unanswered;

    /** What has arrived and not been read. */
    private byte[] unread = {};

    End(Role role, SplittableRandom random) {
      this.random = random;
      this.out = new SimulatedWire(random.split());
      this.outbound = new Outbound(out, role, SimulatedPeer.LIMITS, () -> {});
      this.replies =
          new ReplyAllowance(outbound, new SharedMemory(Integer.MAX_VALUE), SimulatedPeer.LIMITS);
      MessageAssembler assembler = new MessageAssembler(1 << 20, 1 << 20, 1 << 20, null, this);
      this.reader = new FrameReader(role, 0, assembler);
      this.toPush = random.nextInt(4) == 0 ? 0 : random.nextInt(200);
      this.longest = random.nextBoolean() ? 100 : 3000;
    }

    /** Pushes as a sender that waits for room, or as a room does that is not sent too much. */
    void push() {
      byte[] payload = new byte[1 + random.nextInt(longest)];
      payload[0] = 'p';
      boolean toRoom = random.nextBoolean();
      if (toPush == 0 || !(toRoom || outbound.hasRoom(null, payload.length))) {
        return;
      }
      Sent sent =
          toRoom
              ? outbound.offer(
                  new OutgoingMessage(Opcode.BINARY, payload), Overflow.REFUSE, "key", null, false)
              : outbound.send(null, true, Opcode.BINARY, payload, 0, payload.length, null);
      if (sent != Sent.NO_ROOM) {
        toPush--;
        unanswered++;
      }
    }

    /** Takes what arrives, if it may read. */
    void read(byte[] arrived) throws ProtocolException {
      byte[] all = new byte[unread.length + arrived.length];
      System.arraycopy(unread, 0, all, 0, unread.length);
      System.arraycopy(arrived, 0, all, unread.length, arrived.length);
      int at = 0;
      outbound.beginTurn(Carrier.current());
      while (at < all.length && replies.mayRead()) {
        at = reader.read(all, at, all.length);
      }
      outbound.endTurn();
      unread = Arrays.copyOfRange(all, at, all.length);
    }

    boolean mayRead() {
      return replies.mayRead() && unread.length == 0;
    }

    @Override
    public void binary(byte[] bytes, int from, int to) {
      if (bytes[from] == 'p') {
        byte[] answer = Arrays.copyOfRange(bytes, from, to);
        answer[0] = 'a';
        if (random.nextBoolean()) {
          assertThat(outbound.reply(Opcode.BINARY, answer)).isTrue();
        } else if (!outbound.gather(Opcode.BINARY, answer)) {
          assertThat(outbound.send(null, true, Opcode.BINARY, answer, 0, answer.length, null))
              .isNotEqualTo(Sent.NO_ROOM);
        }
      } else {
        unanswered--;
      }
      reader.stop();
    }

    boolean isDone() {
      return toPush == 0 && unanswered == 0;
    }

    @Override
    public void text(byte[] bytes, int from, int to) {}

    @Override
    public void part(int opcode, byte[] bytes, int from, int to, boolean last) {}

    @Override
    public void ping(byte[] bytes, int from, int to) {}

    @Override
    public void pong(byte[] bytes, int from, int to) {}

    @Override
    public void close(ClosePayload payload) {}
  }

  @Test
  void twoPeersThatPushToAndAnswerEachOtherNeverStop() throws Exception {
    try (Loops loops = new Loops(new ChannelSockets(), 1, 1, "progress")) {
      CompletableFuture<Integer> done = new CompletableFuture<>();
      loops
          .all()
          .get(0)
          .execute(
              () -> {
                try {
                  int grown = 0;
                  for (int seed = 0; seed < LIVES; seed++) {
                    grown += life(seed);
                  }
                  done.complete(grown);
                } catch (ProtocolException | RuntimeException | Error e) {
                  done.completeExceptionally(e);
                }
              });
      assertThat(done.get(5, TimeUnit.MINUTES))
          .as("times that both had stopped, and went on")
          .isPositive();
    }
  }

  /** Returns how often both ends waited for each other. */
  private static int life(int seed) throws ProtocolException {
    SplittableRandom random = new SplittableRandom(seed);
    End server = new End(Role.SERVER, random.split());
    End client = new End(Role.CLIENT, random.split());
    int still = 0;
    int grown = 0;
    for (int step = 0; !(server.isDone() && client.isDone()); step++) {
      assertThat(step).as("steps of seed %d", seed).isLessThan(1_000_000);
      int before = server.unanswered + server.toPush + client.unanswered + client.toPush;
      End one = random.nextBoolean() ? server : client;
      End two = one == server ? client : server;
      switch (random.nextInt(4)) {
        case 0, 1 -> one.push();
        case 2 -> one.outbound.flush();
        default -> two.read(two.mayRead() ? one.out.arrive(random.nextInt(4000)) : new byte[0]);
      }
      int after = server.unanswered + server.toPush + client.unanswered + client.toPush;
      still = before == after ? still + 1 : 0;
      if (still > 1000) { // no progress for long
        still = 0;
        grown++;
        long later = System.nanoTime() + TimeUnit.HOURS.toNanos(grown);
        server.replies.grow(later);
        client.replies.grow(later);
      }
    }
    return grown;
  }
}
