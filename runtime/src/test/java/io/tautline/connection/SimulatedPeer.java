package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.deflate.DeflateOptions;
import io.tautline.deflate.DeflateParameters;
import io.tautline.deflate.DeflatePool;
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

  /** Beyond it are the numbers of messages to a room. */
  private static final int ROOM = 1_000_000;

  private static final int[] CLOSE_CODES = {
    1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4999
  };

  private static final int[] BAD_CLOSE_CODES = {0, 999, 1004, 1006, 1015, 1016, 2000, 2999, 5000};

  /** What happens to an outbound half; with its state, a cell of the model's table. */
  enum Event {
    WHOLE,
    REPLY,
    LONG_MESSAGE,
    FIRST_PART,
    PART,
    PART_OF_ANOTHER,
    OFFER_REFUSE,
    OFFER_DROP_OLDEST,
    OFFER_COALESCE,
    ROOM_MESSAGE,
    PING,
    PONG,
    FLUSH_BATCH,
    DRAIN,
    TURN_BEGINS,
    TURN_STOLEN,
    TURN_ENDS,
    CLOSE,
    CLOSE_WITH_A_CODE_THAT_MUST_NOT_BE_SENT,
    CLOSE_RECEIVED,
    WRITE_FAILS,
    ABORT
  }

  /** How messages are compressed. */
  enum Mode {
    PLAIN,
    WITHOUT_TAKEOVER,
    WITH_TAKEOVER,
    SERVER_TAKEOVER_ONLY
  }

  final Outbound outbound;
  final Keepalive keepalive;
  final SimulatedWire out;
  private final MessageAssembler assembler;
  private final FrameReader reader;
  private final SplittableRandom random;

  /** Every message, by the number it carries: who sent it. */
  private final Map<Integer, String> senders = new HashMap<>();

  private int numbers;
  private final Set<String> cells;
  private final Overflow policy;
  private boolean stolen;

  /** The message whose last part is being sent. */
  private int ending = -1;

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

  /** Whether this end began to close, not knowing of the other's Close. */
  private boolean saidClose;

  private boolean dead;

  /**
   * @param cells gets each state and event that happens
   */
  SimulatedPeer(Role role, SplittableRandom random, Mode mode, long now, Set<String> cells) {
    this.random = random;
    this.cells = cells;
    this.policy = Overflow.values()[random.nextInt(3)];
    boolean compressed = mode != Mode.PLAIN;
    this.out = new SimulatedWire(random.split());
    this.outbound = new Outbound(out, role, LIMITS, () -> {});
    this.keepalive = new Keepalive(LIMITS, now);
    this.lastArrival = now;
    Compression compression =
        new Compression(
            new DeflateParameters(
                mode == Mode.WITHOUT_TAKEOVER, mode != Mode.WITH_TAKEOVER, 15, 15, false),
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

  private void happens(Event event) {
    cells.add(outbound.state() + " " + event);
  }

  /** Returns whether an event can happen in a state at all. */
  static boolean isPossible(Outbound.State state, Event event) {
    boolean open = state.name().endsWith("_OPEN");
    boolean over = state.name().startsWith("CLOSED") || state == Outbound.State.FAILED;
    boolean gathering = state.name().startsWith("GATHERING");
    return switch (event) {
      case FIRST_PART -> !open;
      case PART, PART_OF_ANOTHER -> open;
      case TURN_BEGINS -> !gathering;
      case TURN_STOLEN -> gathering || state.name().startsWith("WAITING") || over;
      case FLUSH_BATCH, DRAIN -> !gathering || event == Event.DRAIN;
      case CLOSE_RECEIVED -> !gathering && state != Outbound.State.FAILED; // it is not read

      case WRITE_FAILS -> !state.name().equals("CLOSED") && state != Outbound.State.FAILED;
      case REPLY, LONG_MESSAGE, WHOLE -> true;
      default -> true;
    };
  }

  /** Does something at random in a turn of its own, or from elsewhere. */
  void act(boolean inTurn, long now, Runnable broadcast) {
    if (random.nextInt(1000) == 0) {
      exhaustMemory();
    }
    if (inTurn) {
      happens(Event.TURN_BEGINS);
      outbound.beginTurn(Carrier.current());
      stolen = false;
    }
    for (int n = random.nextInt(4); n >= 0; n--) {
      switch (random.nextInt(30)) {
        case 0, 1, 2 -> whole();
        case 3, 4 -> answer();
        case 5, 6, 7, 8 -> part(random.nextBoolean() ? "a" : "b");
        case 9, 10, 11, 12 -> offer(Overflow.values()[random.nextInt(3)]);
        case 13 -> ping();
        case 14 -> {
          if (random.nextInt(10) == 0) {
            close();
          }
        }
        case 15 -> badClose();
        case 16, 17 -> batched();
        case 18 -> {
          happens(Event.FLUSH_BATCH);
          if (outbound.state() == Outbound.State.BATCHED && random.nextInt(30) == 0) {
            exhaustMemory();
          }
          guarded(outbound::sendParcelOff);
        }
        case 19 -> {
          if (inTurn && !stolen) {
            happens(Event.TURN_STOLEN);
            guarded(outbound::turnStolen);
            stolen = true;
          }
        }
        case 20, 21 -> {
          if (inTurn) {
            reply();
          }
        }
        case 22 -> longMessage();
        case 23 -> pong();
        case 24 -> {
          if (random.nextInt(8) == 0) {
            broadcast.run();
          }
        }
        case 25 -> {
          if (random.nextInt(60) == 0) {
            lose();
          }
        }
        default -> drain();
      }
    }
    Keepalive.Verdict verdict = keepalive.due(now);
    if (verdict == Keepalive.Verdict.PING) {
      guarded(outbound::ping);
    }
    assertThat(verdict == Keepalive.Verdict.DEAD)
        .as("a peer is dead if nothing came for so long, and only then")
        .isEqualTo(now - lastArrival >= LIMITS.deadAfter().toNanos());
    if (inTurn) {
      happens(Event.TURN_ENDS);
      guarded(outbound::endTurn);
    }
  }

  void drain() {
    happens(Event.DRAIN);
    guarded(outbound::flush);
  }

  /** Begins to close, with any code that may be sent. */
  void close() {
    happens(Event.CLOSE);
    saidClose |= outbound.maySend() && !closeArrived;
    int code = CLOSE_CODES[random.nextInt(CLOSE_CODES.length)];
    guarded(() -> outbound.close(new ClosePayload(code, "")));
    assertThat(outbound.maySend()).isFalse();
  }

  private void badClose() {
    happens(Event.CLOSE_WITH_A_CODE_THAT_MUST_NOT_BE_SENT);
    boolean before = outbound.maySend();
    int code = BAD_CLOSE_CODES[random.nextInt(BAD_CLOSE_CODES.length)];
    assertThatThrownBy(() -> outbound.close(new ClosePayload(code, "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("close code " + code);
    assertThat(outbound.maySend()).as("nothing has changed").isEqualTo(before);
  }

  private void pong() {
    happens(Event.PONG);
    guarded(() -> outbound.pong(new byte[125], 0, random.nextInt(126)));
  }

  /** The wire has no memory for the next write, whatever that is. */
  void exhaustMemory() {
    out.exhaustMemory(true);
  }

  /** Runs an action that may lack memory; if it does, the connection must have failed. */
  private void guarded(Runnable action) {
    Outbound.State before = outbound.state();
    try {
      action.run();
      ending = -1;
    } catch (OutOfMemoryError e) {
      cells.add(before + " " + Event.WRITE_FAILS);
      assertThat(outbound.failure()).as("a connection that lacked memory is over").isNotNull();
      // The exception notifies their senders; the completion of a last part is still to run.
      unfinished.values().stream().filter(number -> number != ending).forEach(owed::remove);
      unfinished.clear();
    }
    if (outbound.failure() != null && !dead) {
      dead = true;
      out.cut();
    }
  }

  boolean isDead() {
    return dead;
  }

  /** Sends a message that all members of a room are sent, in the way of this member's endpoint. */
  void roomMessage(OutgoingMessage message, int roomNumber) {
    int number = ROOM + roomNumber;
    happens(Event.ROOM_MESSAGE);
    String sender = "room " + policy;
    senders.put(number, sender);
    owed.put(number, message.size());
    boolean batch = policy == Overflow.REFUSE;
    boolean mayArrive = outbound.maySend();
    guarded(
        () -> {
          Object key = "key" + roomNumber % 3;
          Completion completion = batch ? null : settle(number);
          Sent sent = outbound.offer(message, policy, key, completion, batch);
          assertThat(policy != Overflow.REFUSE && sent == Sent.NO_ROOM)
              .as("the newest message is never the one that is dropped")
              .isFalse();
          taken(sent, number);
          if (batch) {
            owed.remove(number);
            if (mayArrive && sent != Sent.NO_ROOM) {
              doubtfulUnlessOpen(number, sent);
            }
          }
        });
    if (batch) {
      owed.remove(number);
    }
  }

  /** A message without a completion arrives, unless it waits for a message that never ends. */
  private void doubtfulUnlessOpen(int number, Sent sent) {
    (sent == Sent.HELD ? doubtful : written).add(number);
  }

  static byte[] roomPayload(int roomNumber, SplittableRandom random) {
    int length = random.nextInt(random.nextInt(8) == 0 ? MOST_BYTES : 300);
    return ((ROOM + roomNumber) + ":" + "x".repeat(length)).getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] payload(int number) {
    String text =
        number + ":" + "x".repeat(random.nextInt(random.nextInt(8) == 0 ? MOST_BYTES : 300));
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private int begin(String sender) {
    int number = numbers++;
    senders.put(number, sender);
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
    happens(Event.WHOLE);
    int number = begin("whole");
    byte[] payload = payload(number);
    owed.put(number, payload.length);
    int opcode = random.nextBoolean() ? Opcode.TEXT : Opcode.BINARY;
    guarded(
        () ->
            taken(
                outbound.send(null, true, opcode, payload, 0, payload.length, settle(number)),
                number));
  }

  /** Sends what is compressed in pieces, if it is compressed. */
  private void longMessage() {
    happens(Event.LONG_MESSAGE);
    int number = begin("whole");
    StringBuilder text = new StringBuilder(number + ":");
    while (text.length() < 100_000) {
      text.append(random.nextInt(1 << 20)); // a compression of 200:1 would be refused
    }
    byte[] payload = text.toString().getBytes(StandardCharsets.US_ASCII);
    owed.put(number, 0); // one message of any size may wait
    guarded(
        () ->
            taken(
                outbound.send(null, true, Opcode.TEXT, payload, 0, payload.length, settle(number)),
                number));
  }

  private void reply() {
    happens(Event.REPLY);
    int number = begin("whole");
    byte[] payload = payload(number);
    guarded(
        () -> {
          boolean sent = outbound.reply(Opcode.TEXT, payload);
          owed.remove(number);
          (sent ? doubtful : failed).add(number);
        });
    owed.remove(number);
  }

  private void answer() {
    happens(Event.REPLY);
    int number = begin("whole");
    String text = new String(payload(number), StandardCharsets.US_ASCII);
    if (random.nextInt(4) == 0) {
      text += "x".repeat(MOST_BYTES);
    }
    if (random.nextInt(4) == 0) {
      text += "é";
    }
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    String whole = text;
    guarded(
        () -> {
          boolean asText = random.nextBoolean();
          if (asText ? outbound.gather(whole) : outbound.gather(Opcode.TEXT, payload)) {
            owed.remove(number);
            written.add(number);
          } else {
            owed.put(number, payload.length);
            taken(
                outbound.send(null, true, Opcode.TEXT, payload, 0, payload.length, settle(number)),
                number);
          }
        });
  }

  private void part(String sender) {
    Integer begun = unfinished.get(sender);
    boolean open = outbound.state().name().endsWith("_OPEN");
    happens(begun != null && open ? Event.PART : open ? Event.PART_OF_ANOTHER : Event.FIRST_PART);
    boolean fin = random.nextInt(3) == 0;
    if (begun == null) {
      int number = begin(sender);
      byte[] payload = payload(number);
      Completion completion = fin ? settle(number) : null;
      guarded(
          () -> {
            Sent sent =
                outbound.send(sender, fin, Opcode.TEXT, payload, 0, payload.length, completion);
            taken(sent, number);
            if (sent == Sent.ON_ITS_WAY && !fin) {
              unfinished.put(sender, number);
            }
          });
      if (!fin && !unfinished.containsKey(sender)) {
        owed.remove(number); // it failed at once, as its sender knows
      }
    } else {
      byte[] more = "y".repeat(random.nextInt(200)).getBytes(StandardCharsets.US_ASCII);
      Completion completion = fin ? settle(begun) : null;
      ending = fin ? begun : -1;
      guarded(
          () -> {
            Sent sent = outbound.send(sender, fin, Opcode.TEXT, more, 0, more.length, completion);
            if (sent == Sent.ON_ITS_WAY && fin) {
              unfinished.remove(sender);
            }
          });
    }
  }

  private void offer(Overflow overflow) {
    happens(Event.valueOf("OFFER_" + overflow));
    int number = begin(overflow == Overflow.REFUSE ? "whole" : overflow.name());
    OutgoingMessage message = new OutgoingMessage(Opcode.TEXT, payload(number));
    owed.put(number, message.size());
    Object key = "key" + random.nextInt(2);
    guarded(
        () -> {
          Sent sent = outbound.offer(message, overflow, key, settle(number), random.nextBoolean());
          assertThat(overflow != Overflow.REFUSE && sent == Sent.NO_ROOM)
              .as("the newest message is never the one that is dropped")
              .isFalse();
          taken(sent, number);
        });
  }

  /** Sends what others get too, of which nobody is told. */
  private void batched() {
    happens(Event.OFFER_REFUSE);
    int number = begin("whole");
    boolean mayArrive = outbound.maySend();
    OutgoingMessage message = new OutgoingMessage(Opcode.TEXT, payload(number));
    guarded(
        () -> {
          Sent sent = outbound.offer(message, Overflow.REFUSE, "key", null, random.nextInt(4) > 0);
          taken(sent, number);
          owed.remove(number);
          if (mayArrive && sent != Sent.NO_ROOM) {
            doubtfulUnlessOpen(number, sent);
          }
        });
    owed.remove(number);
  }

  private void ping() {
    happens(Event.PING);
    guarded(
        () -> outbound.send(null, true, Opcode.PING, new byte[125], 0, random.nextInt(126), null));
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
      guarded(outbound::finish);
    }
  }

  private void message(byte[] bytes, int from, int to) {
    assertThat(closeArrived).as("nothing comes after a Close").isFalse();
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    int number = Integer.parseInt(text.substring(0, text.indexOf(':')));
    assertThat(text.substring(text.indexOf(':') + 1)).matches("[0-9]*x*é?y*");
    assertThat(arrived.add(number)).as("message %d comes once", number).isTrue();
    assertThat(other.refused).doesNotContain(number);
    String sender = other.senders.get(number);
    Integer before = last.put(sender, number);
    if (!sender.endsWith(Overflow.COALESCE.name())) {
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
      guarded(() -> outbound.pong(bytes, from, to));
    }
  }

  @Override
  public void pong(byte[] bytes, int from, int to) {
    keepalive.answered(from == to);
  }

  @Override
  public void close(ClosePayload payload) {
    happens(Event.CLOSE_RECEIVED);
    closeArrived = true;
    if (outbound.closeReceived(payload)) {
      guarded(() -> outbound.close(outbound.answer()));
    }
  }

  /** The network is gone. */
  void lose() {
    dead = true;
    happens(Event.ABORT);
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
    guarded(outbound::sendParcelOff);
    for (String sender : List.copyOf(unfinished.keySet())) {
      int number = unfinished.get(sender);
      ending = number;
      guarded(
          () -> {
            if (outbound.send(sender, true, Opcode.TEXT, new byte[0], 0, 0, settle(number))
                == Sent.ON_ITS_WAY) {
              unfinished.remove(sender);
            }
          });
    }
  }

  /** At the end of a life: everyone has been told, and told the truth. */
  void checkEnd() {
    assertThat(toldTwice).as("messages that were told of twice").isEmpty();
    assertThat(owed.keySet()).as("messages that nobody was told of").isEmpty();
    assertThat(both(failed, other.arrived)).as("failed, and yet arrived").isEmpty();
    if (!dead && !other.dead) {
      assertThat(both(written, other.arrived)).as("written and arrived").isEqualTo(written);
      assertThat(closeArrived).as("both heard of the end").isTrue();
      if (!(saidClose && other.saidClose)) { // else each reports its own, which came first to it
        assertThat(outbound.cause().code()).isEqualTo(other.outbound.cause().code());
      }
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
