package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.deflate.DeflateOptions;
import io.tautline.deflate.DeflateParameters;
import io.tautline.deflate.DeflatePool;
import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.FrameHeader;
import io.tautline.protocol.FrameReader;
import io.tautline.protocol.MessageAssembler;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.ProtocolException;
import io.tautline.protocol.Role;
import io.tautline.transport.Carrier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One end of a simulated connection: the real queue, close handshake, frame reader and keepalive,
 * with a model beside them of what must come of everything that is sent.
 */
final class SimulatedPeer implements MessageAssembler.Messages {
  static final Limits LIMITS =
      Limits.builder()
          .maxQueuedBytes(20_000)
          .maxQueuedMessages(12)
          .sendHighWater(4_000)
          .maxFragments(1 << 20)
          .build();

  private static final DeflatePool POOL = new DeflatePool(8);
  private static final int MOST_BYTES = 9_000;

  final Outbound outbound;
  final Keepalive keepalive;
  final SimulatedWire out;
  private final MessageAssembler assembler;
  private final FrameReader reader;
  private final SplittableRandom random;

  /** Every message, by the number it carries: who sent it. */
  private final List<String> senders = new ArrayList<>();

  /** Messages of which more parts are to come, by their sender. */
  private final Map<String, Integer> unfinished = new HashMap<>();

  /** Messages whose sender is still to be told, with their sizes. */
  private final Map<Integer, Integer> owed = new HashMap<>();

  private final Set<Integer> toldTwice = new HashSet<>();
  private final Set<Integer> written = new HashSet<>();
  private final Set<Integer> failed = new HashSet<>();

  /** Messages that failed with the network; some of them may have arrived. */
  private final Set<Integer> doubtful = new HashSet<>();

  private final Set<Integer> refused = new HashSet<>();

  /** Messages that arrived here from the other end, and the last of each of its senders. */
  private final Set<Integer> arrived = new HashSet<>();

  private final Map<String, Integer> last = new HashMap<>();

  private SimulatedPeer other;
  private long lastArrival;
  private boolean closeArrived;
  private boolean dead;

  SimulatedPeer(Role role, SplittableRandom random, boolean compressed, long now) {
    this.random = random;
    this.out = new SimulatedWire(random.split());
    this.outbound = new Outbound(out, role, LIMITS, () -> {});
    this.keepalive = new Keepalive(LIMITS, now);
    this.lastArrival = now;
    Compression compression =
        new Compression(
            new DeflateParameters(false, true, 15, 15, false),
            new DeflateOptions(true, 15, 1, 200),
            POOL);
    if (compressed) {
      outbound.compress(compression);
    }
    this.assembler =
        new MessageAssembler(
            1 << 20, 1 << 20, 1 << 20, compressed ? compression.inflater(role) : null, this);
    this.reader = new FrameReader(role, compressed ? FrameHeader.RSV1 : 0, assembler);
  }

  void meets(SimulatedPeer peer) {
    other = peer;
  }

  /** Does something at random in a turn of its own, or from elsewhere. */
  void act(boolean inTurn, long now) {
    if (inTurn) {
      outbound.beginTurn(Carrier.current());
    }
    for (int n = random.nextInt(3); n >= 0; n--) {
      switch (random.nextInt(19)) {
        case 0, 1, 2 -> whole();
        case 3, 4 -> answer();
        case 5, 6, 7 -> part(random.nextBoolean() ? "a" : "b");
        case 8, 9, 10 -> offer();
        case 11 -> ping();
        case 12 -> {
          if (random.nextInt(40) == 0) {
            outbound.close(new ClosePayload(CloseCode.NORMAL, "done"));
          }
        }
        case 13, 14 -> broadcast();
        case 15 -> outbound.sendParcelOff();
        default -> outbound.flush();
      }
    }
    Keepalive.Verdict verdict = keepalive.due(now);
    if (verdict == Keepalive.Verdict.PING) {
      outbound.ping();
    }
    assertThat(verdict == Keepalive.Verdict.DEAD)
        .as("a peer is dead if nothing came for so long, and only then")
        .isEqualTo(now - lastArrival >= LIMITS.deadAfter().toNanos());
    if (inTurn) {
      outbound.endTurn();
    }
  }

  private byte[] payload(int number) {
    String text =
        number + ":" + "x".repeat(random.nextInt(random.nextInt(8) == 0 ? MOST_BYTES : 300));
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private int begin(String sender) {
    senders.add(sender);
    int number = senders.size() - 1;
    owed.put(number, 0);
    return number;
  }

  private Completion settle(int number) {
    return failure -> {
      if (owed.remove(number) == null) {
        toldTwice.add(number); // whatever a completion throws is only logged
      }
      (failure == null ? written : dead ? doubtful : failed).add(number);
    };
  }

  private void taken(Sent sent, int number) {
    if (sent == Sent.NO_ROOM || sent == Sent.NOT_YOUR_TURN) {
      assertThat(owed.remove(number)).as("what was not taken is not told of").isNotNull();
      refused.add(number);
    }
  }

  private void whole() {
    int number = begin("whole");
    byte[] payload = payload(number);
    owed.put(number, payload.length);
    int opcode = random.nextBoolean() ? Opcode.TEXT : Opcode.BINARY;
    taken(outbound.send(null, true, opcode, payload, 0, payload.length, settle(number)), number);
  }

  private void answer() {
    int number = begin("whole");
    String text = new String(payload(number), StandardCharsets.US_ASCII);
    if (random.nextInt(4) == 0) {
      text += "x".repeat(MOST_BYTES);
    }
    if (random.nextInt(4) == 0) {
      text += "é";
    }
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    if (random.nextBoolean() ? outbound.gather(text) : outbound.gather(Opcode.TEXT, payload)) {
      owed.remove(number);
      written.add(number);
    } else {
      owed.put(number, payload.length);
      taken(
          outbound.send(null, true, Opcode.TEXT, payload, 0, payload.length, settle(number)),
          number);
    }
  }

  private void part(String sender) {
    Integer begun = unfinished.get(sender);
    boolean fin = random.nextInt(3) == 0;
    if (begun == null) {
      int number = begin(sender);
      byte[] payload = payload(number);
      Completion completion = fin ? settle(number) : null;
      Sent sent = outbound.send(sender, fin, Opcode.TEXT, payload, 0, payload.length, completion);
      taken(sent, number);
      if (sent == Sent.ON_ITS_WAY && !fin) {
        unfinished.put(sender, number);
      }
    } else {
      byte[] more = "y".repeat(random.nextInt(200)).getBytes(StandardCharsets.US_ASCII);
      Completion completion = fin ? settle(begun) : null;
      Sent sent = outbound.send(sender, fin, Opcode.TEXT, more, 0, more.length, completion);
      if (sent == Sent.ON_ITS_WAY && fin) {
        unfinished.remove(sender);
      }
    }
  }

  private void offer() {
    Overflow overflow = Overflow.values()[random.nextInt(3)];
    int number = begin(overflow == Overflow.REFUSE ? "whole" : overflow.name());
    OutgoingMessage message = new OutgoingMessage(Opcode.TEXT, payload(number));
    owed.put(number, message.size());
    Object key = "key" + random.nextInt(2);
    taken(outbound.offer(message, overflow, key, settle(number), random.nextBoolean()), number);
  }

  /** Sends what others get too, of which nobody is told. */
  private void broadcast() {
    int number = begin("whole");
    boolean mayArrive = outbound.maySend();
    OutgoingMessage message = new OutgoingMessage(Opcode.TEXT, payload(number));
    Sent sent = outbound.offer(message, Overflow.REFUSE, "key", null, random.nextInt(4) > 0);
    taken(sent, number);
    owed.remove(number);
    if (mayArrive && (sent == Sent.ON_ITS_WAY || sent == Sent.IN_A_PARCEL)) {
      written.add(number);
    }
  }

  private void ping() {
    outbound.send(null, true, Opcode.PING, new byte[125], 0, random.nextInt(126), null);
  }

  /** Takes what has arrived from the other end. */
  void receive(byte[] bytes, long now) {
    if (bytes.length > 0) {
      keepalive.read(now);
      lastArrival = now;
    }
    try {
      assertThat(reader.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    } catch (ProtocolException e) {
      throw new AssertionError("the other end broke a rule: " + e.rule(), e);
    }
    if (closeArrived) {
      outbound.finish();
    }
  }

  private void message(byte[] bytes, int from, int to) {
    assertThat(closeArrived).as("nothing comes after a Close").isFalse();
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    int number = Integer.parseInt(text.substring(0, text.indexOf(':')));
    assertThat(text.substring(text.indexOf(':') + 1)).matches("x*é?y*");
    assertThat(arrived.add(number)).as("message %d comes once", number).isTrue();
    assertThat(other.refused).doesNotContain(number);
    String sender = other.senders.get(number);
    Integer before = last.put(sender, number);
    if (!sender.equals(Overflow.COALESCE.name())) {
      assertThat(before == null || before < number)
          .as("%d of sender %s comes after %d", number, sender, before)
          .isTrue();
    }
  }

  @Override
  public void text(byte[] bytes, int from, int to) {
    message(bytes, from, to);
  }

  @Override
  public void binary(byte[] bytes, int from, int to) {
    message(bytes, from, to);
  }

  @Override
  public void part(int opcode, byte[] bytes, int from, int to, boolean last) {
    throw new AssertionError("nothing streams here");
  }

  @Override
  public void ping(byte[] bytes, int from, int to) {
    if (outbound.maySend()) {
      outbound.pong(bytes, from, to);
    }
  }

  @Override
  public void pong(byte[] bytes, int from, int to) {
    keepalive.answered(from == to);
  }

  @Override
  public void close(ClosePayload payload) {
    closeArrived = true;
    if (outbound.closeReceived(payload)) {
      outbound.close(outbound.answer());
    }
  }

  /** The network is gone. */
  void lose() {
    dead = true;
    out.cut();
    outbound.abort(new IOException("reset"));
  }

  void checkBounds() {
    // As much may be held while someone sends part by part as may wait for the socket.
    int waiting = owed.values().stream().mapToInt(size -> size).sum();
    assertThat(waiting).isLessThanOrEqualTo(2 * (LIMITS.maxQueuedBytes() + MOST_BYTES));
    // What a turn gathered, held messages among it, waits as one.
    assertThat(owed.size()).isLessThanOrEqualTo(3 * (LIMITS.maxQueuedMessages() + 1) + 4);
  }

  /** Sends the last part of what has been begun. */
  void finishMessages() {
    outbound.sendParcelOff();
    for (String sender : List.copyOf(unfinished.keySet())) {
      int number = unfinished.get(sender);
      if (outbound.send(sender, true, Opcode.TEXT, new byte[0], 0, 0, settle(number))
          == Sent.ON_ITS_WAY) {
        unfinished.remove(sender);
      }
    }
  }

  /** At the end of a life: everyone has been told, and told the truth. */
  void checkEnd() {
    assertThat(toldTwice).as("messages that were told of twice").isEmpty();
    assertThat(owed.keySet()).as("messages that nobody was told of").isEmpty();
    assertThat(both(failed, other.arrived)).as("failed, and yet arrived").isEmpty();
    if (!dead) {
      assertThat(both(written, other.arrived)).as("written and arrived").isEqualTo(written);
      assertThat(closeArrived).as("both heard of the end").isTrue();
      assertThat(outbound.cause().code()).isEqualTo(other.outbound.cause().code());
      assertThat(out.atEnd()).as("everything left before the end of the stream").isTrue();
    }
    assembler.end();
  }

  private static Set<Integer> both(Set<Integer> some, Set<Integer> others) {
    Set<Integer> both = new HashSet<>(some);
    both.retainAll(others);
    return both;
  }
}
