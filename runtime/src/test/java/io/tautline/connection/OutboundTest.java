package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
import io.tautline.transport.ChannelSockets;
import io.tautline.transport.EventLoop;
import io.tautline.transport.Loops;
import io.tautline.transport.Served;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single cells of the table in {@link Outbound}. */
class OutboundTest {
  private static final DeflatePool POOL = new DeflatePool(4);
  private static final int ALL = Integer.MAX_VALUE;
  private static final long ALL_TIME = Long.MAX_VALUE;

  private final Limits limits =
      Limits.builder().maxQueuedBytes(1000).sendHighWater(200).maxQueuedMessages(100).build();

  private final List<String> told = new ArrayList<>();

  private Outbound outbound(NarrowWire wire) {
    return new Outbound(wire, Role.SERVER, limits, () -> {});
  }

  private static Compression compression(boolean takeover, int level) {
    DeflateParameters parameters = new DeflateParameters(!takeover, true, 15, 15, false);
    return new Compression(parameters, new DeflateOptions(true, 15, level, 1), POOL);
  }

  private Completion tells(String name) {
    return failure -> told.add(name + (failure == null ? "" : ": " + failure.getMessage()));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Sent send(Outbound outbound, Object sender, boolean fin, String text) {
    byte[] payload = text(text);
    return outbound.send(sender, fin, Opcode.TEXT, payload, 0, payload.length, null);
  }

  private Sent offer(Outbound outbound, Overflow overflow, Object key, String text) {
    OutgoingMessage message = new OutgoingMessage(Opcode.TEXT, text(text));
    String name = text.substring(0, Math.min(2, text.length()));
    return outbound.offer(message, overflow, key, tells(name), false);
  }

  /** Returns the texts that a client reads, by their beginnings. */
  private static List<String> read(NarrowWire wire, Compression compression)
      throws ProtocolException {
    List<String> texts = new ArrayList<>();
    MessageAssembler.Messages messages =
        new MessageAssembler.Messages() {
          @Override
          public void text(byte[] bytes, int from, int to) {
            texts.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
          }

          @Override
          public void binary(byte[] bytes, int from, int to) {
            throw new AssertionError("no binary message was sent");
          }

          @Override
          public void part(int opcode, byte[] bytes, int from, int to, boolean last) {
            throw new AssertionError("nothing streams here");
          }

          @Override
          public void ping(byte[] bytes, int from, int to) {
            texts.add("ping");
          }

          @Override
          public void pong(byte[] bytes, int from, int to) {
            texts.add("pong");
          }

          @Override
          public void close(ClosePayload payload) {
            texts.add("close " + payload.code());
          }
        };
    MessageAssembler assembler =
        new MessageAssembler(
            1 << 24,
            1 << 24,
            1 << 20,
            compression == null ? null : compression.inflater(Role.CLIENT),
            messages);
    FrameReader reader =
        new FrameReader(Role.CLIENT, compression == null ? 0 : FrameHeader.RSV1, assembler);
    byte[] bytes = wire.taken.toByteArray();
    reader.read(bytes, 0, bytes.length);
    return texts;
  }

  /** Calls something as a turn of a loop would. */
  private static <T> T inTurn(Outbound outbound, Callable<T> turn) throws Exception {
    try (Loops loops = new Loops(new ChannelSockets(), 1, 1, "outbound")) {
      EventLoop loop = loops.all().get(0);
      CompletableFuture<T> result = new CompletableFuture<>();
      new Served(loop) {
        @Override
        protected void serve(Carrier carrier) {
          try {
            outbound.beginTurn(carrier);
            T value = turn.call();
            outbound.endTurn();
            result.complete(value);
          } catch (Throwable t) {
            result.completeExceptionally(t);
          }
        }
      }.wake();
      return result.get(10, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMessageToARoomCanBeReadWhileAnotherMemberIsInTheMiddleOfAMessage(boolean takeover)
      throws Exception {
    Compression compression = compression(takeover, 6);
    NarrowWire busyWire = new NarrowWire(ALL);
    NarrowWire otherWire = new NarrowWire(ALL);
    Outbound busy = outbound(busyWire);
    Outbound other = outbound(otherWire);
    busy.compress(compression);
    other.compress(compression(false, 6));
    String open = "the quick brown fox jumps over the lazy dog, and over the lazy cat";
    send(busy, "stream", false, open);
    OutgoingMessage message = new OutgoingMessage(Opcode.TEXT, text(open + "!"));
    for (Outbound each : List.of(busy, other)) {
      each.offer(message, Overflow.REFUSE, "key", null, false);
    }
    assertThat(read(otherWire, compression(false, 6))).containsExactly(open + "!");
    send(busy, "stream", true, ".");
    assertThat(read(busyWire, compression)).containsExactly(open + ".", open + "!");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 999, 1004, 1006, 1015, 2000, 5000})
  void aCloseWhoseCodeMustNotBeSentChangesNothing(int code) throws Exception {
    NarrowWire wire = new NarrowWire(ALL);
    Outbound outbound = outbound(wire);
    assertThatThrownBy(() -> outbound.close(new ClosePayload(code, "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("close code " + code + " must not be sent");
    assertThat(outbound.maySend()).isTrue();
    assertThat(send(outbound, null, true, "still open")).isEqualTo(Sent.ON_ITS_WAY);
    assertThat(outbound.close(new ClosePayload(CloseCode.NORMAL, ""))).isTrue();
    assertThat(read(wire, null)).containsExactly("still open", "close 1000");
  }

  @Test
  void aTurnThatWasStolenBeforeItBeganGathersNothing() throws Exception {
    NarrowWire wire = new NarrowWire(ALL);
    Outbound outbound = outbound(wire);
    try (Loops loops = new Loops(new ChannelSockets(), 1, 1, "stolen")) {
      CompletableFuture<Integer> writes = new CompletableFuture<>();
      new Served(loops.all().get(0)) {
        @Override
        protected void serve(Carrier carrier) {
          carrier.handOver(); // as the watchdog does while the turn waits for the lock
          outbound.beginTurn(carrier);
          send(outbound, null, true, "at once");
          writes.complete(wire.writes);
          outbound.endTurn();
        }
      }.wake();
      assertThat(writes.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLongMessageIsCompressedInPiecesBetweenWhichOthersGetTheLock(boolean takeover)
      throws Exception {
    NarrowWire wire = new NarrowWire(ALL);
    Outbound outbound = outbound(wire);
    Compression compression = compression(takeover, 6);
    outbound.compress(compression);
    StringBuilder random = new StringBuilder();
    new Random(16).ints(1 << 20, 'a', 'z').forEach(c -> random.append((char) c));
    String text = random.toString();
    send(outbound, null, true, text);
    assertThat(read(wire, compression)).containsExactly(text);
    List<Integer> frames = frames(wire.taken.toByteArray());
    assertThat(frames).as("one for each piece of 32 KiB").hasSize(32);
    assertThat(frames).allMatch(length -> length <= 33 * 1024);
  }

  /** Returns the lengths of a server's frames. */
  private static List<Integer> frames(byte[] bytes) {
    List<Integer> lengths = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      buffer.get();
      int length = buffer.get();
      length = length == 126 ? buffer.getShort() & 0xffff : length;
      lengths.add(length);
      buffer.position(buffer.position() + length);
    }
    return lengths;
  }

  @Test
  void aReplyThatFillsTheQueueDropsNoneOfTheNewest() throws Exception {
    for (boolean compressed : new boolean[] {false, true}) {
      NarrowWire wire = new NarrowWire(10);
      Outbound outbound = outbound(wire);
      Compression compression = compression(true, 6);
      if (compressed) {
        outbound.compress(compression);
      }
      told.clear();
      StringBuilder incompressible = new StringBuilder();
      new Random(14).ints(450, 0, 1 << 16).forEach(i -> incompressible.append(i % 100));
      String filler = incompressible.toString();
      inTurn(
          outbound,
          () -> {
            send(outbound, null, true, filler);
            return outbound.reply(Opcode.TEXT, text(filler));
          });
      assertThat(offer(outbound, Overflow.COALESCE, "a", "a1" + filler)).isEqualTo(Sent.HELD);
      assertThat(offer(outbound, Overflow.COALESCE, "b", "b1")).isEqualTo(Sent.HELD);
      assertThat(offer(outbound, Overflow.COALESCE, "a", "a2" + filler)).isEqualTo(Sent.HELD);
      assertThat(offer(outbound, Overflow.DROP_OLDEST, "c", "c1" + filler)).isEqualTo(Sent.HELD);
      wire.room = ALL;
      outbound.flush();
      assertThat(told).endsWith("c1").doesNotContain("a1");
      List<String> read = read(wire, compressed ? compression : null);
      assertThat(read.get(read.size() - 1)).startsWith("c1");
    }
  }

  @Test
  void ofSeveralKeysTheNewestOfEachArrives() throws Exception {
    for (boolean takeover : new boolean[] {false, true}) {
      NarrowWire wire = new NarrowWire(10);
      Outbound outbound = outbound(wire);
      Compression compression = compression(takeover, 6);
      outbound.compress(compression);
      send(outbound, null, true, "what the socket does not take, since it is longer than ten");
      for (int i = 0; i < 50; i++) {
        offer(outbound, Overflow.COALESCE, i % 3, "message " + i);
      }
      wire.room = ALL;
      outbound.flush();
      assertThat(read(wire, compression))
          .endsWith("message 48", "message 49", "message 47")
          .hasSize(4);
    }
  }

  @Test
  void aCompressorThatFailsOutsideATurnEndsTheConnection() {
    NarrowWire wire = new NarrowWire(ALL);
    int[] woken = {0};
    Outbound outbound = new Outbound(wire, Role.SERVER, limits, () -> woken[0]++);
    outbound.compress(compression(true, 6));
    byte[] payload = new byte[10];
    assertThatThrownBy(() -> outbound.send(null, true, Opcode.TEXT, payload, 0, 11, null))
        .as("a fault within the compressor")
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(outbound.failure()).isNotNull();
    assertThat(outbound.maySend()).isFalse();
    assertThat(woken[0]).as("a turn ends it").isPositive();
    assertThat(wire.taken.size()).isZero();
  }

  @Test
  void aReplyWaitsForNoPush() throws Exception {
    NarrowWire wire = new NarrowWire(0);
    Outbound outbound = outbound(wire);
    for (int i = 0; i < 9; i++) {
      send(outbound, null, true, "p".repeat(100));
    }
    assertThat(send(outbound, null, true, "p".repeat(100))).isEqualTo(Sent.NO_ROOM);
    assertThat(outbound.hasRoom(null, 1)).as("pushes wait").isFalse();
    inTurn(
        outbound,
        () -> {
          assertThat(outbound.hasRoom(null, 100)).as("replies do not").isTrue();
          assertThat(outbound.reply(Opcode.TEXT, text("reply"))).isTrue();
          assertThat(outbound.repliesExceed(7, 100)).isFalse();
          assertThat(outbound.repliesExceed(6, 100)).as("only replies count").isTrue();
          return null;
        });
  }

  @Test
  void onePushDoesNotMakeEverythingThatWaitsAReply() throws Exception {
    NarrowWire wire = new NarrowWire(0);
    Outbound outbound = outbound(wire);
    inTurn(outbound, () -> outbound.reply(Opcode.TEXT, text("reply")));
    for (int i = 0; i < 8; i++) {
      send(outbound, null, true, "p".repeat(100));
    }
    assertThat(outbound.repliesExceed(7, 100)).isFalse();
  }

  @Test
  void aTurnGathersNoMoreThanTheHighWaterMarkForAPeerThatDoesNotRead() throws Exception {
    Limits defaults = Limits.DEFAULT;
    NarrowWire wire = new NarrowWire(0);
    Outbound outbound = new Outbound(wire, Role.SERVER, defaults, () -> {});
    inTurn(
        outbound,
        () -> {
          int replies = 0;
          while (!outbound.repliesExceed(defaults.sendHighWater(), 10_000)) {
            outbound.gather(Opcode.TEXT, text("x".repeat(1000)));
            outbound.reply(Opcode.TEXT, text("y"));
            assertThat(++replies).as("bytes in thousands").isLessThan(68);
          }
          return null;
        });
  }

  @Test
  void aMessageThatIsBegunAndNotContinuedCountsAsAbandonedOnlyIfOthersWait() throws Exception {
    NarrowWire wire = new NarrowWire(ALL);
    Outbound outbound = outbound(wire);
    long before = System.nanoTime();
    send(outbound, "stream", false, "begun");
    assertThat(outbound.abandonedSince()).isEqualTo(Long.MAX_VALUE);
    assertThat(send(outbound, null, true, "waits")).isEqualTo(Sent.HELD);
    assertThat(outbound.abandonedSince()).isBetween(before, System.nanoTime());
    send(outbound, "stream", true, ".");
    assertThat(outbound.abandonedSince()).isEqualTo(Long.MAX_VALUE);
    assertThat(read(wire, null)).containsExactly("begun.", "waits");
  }

  @Test
  void aSenderWaitsAsLongAsThePeerTakesBytes() throws Exception {
    NarrowWire wire = new NarrowWire(0);
    Outbound outbound = outbound(wire);
    for (int i = 0; i < 5; i++) {
      send(outbound, null, true, "p".repeat(100));
    }
    long patience = TimeUnit.MILLISECONDS.toNanos(200);
    assertThat(outbound.awaitRoom(null, 1, patience)).as("nothing is taken").isFalse();
    CompletableFuture<Boolean> room =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return outbound.awaitRoom(null, 1, patience);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    long begun = System.nanoTime();
    await()
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              wire.room = 20;
              outbound.flush();
              return room.isDone();
            });
    assertThat(room.get()).isTrue();
    assertThat(System.nanoTime() - begun).as("longer than its patience").isGreaterThan(patience);
  }

  @Test
  void aSenderThatWaitsForAnOpenMessageGoesOnWhenThatEnds() throws Exception {
    Outbound outbound = outbound(new NarrowWire(ALL));
    for (int i = 0; i < 20; i++) {
      send(outbound, "stream", false, "begun");
      CompletableFuture<Long> waited =
          CompletableFuture.supplyAsync(
              () -> {
                long begun = System.nanoTime();
                try {
                  assertThat(outbound.awaitRoom(null, 1, TimeUnit.SECONDS.toNanos(10))).isTrue();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
                return System.nanoTime() - begun;
              });
      await().pollInterval(Duration.ofMillis(1)).until(() -> outbound.abandonedSince() < ALL_TIME);
      send(outbound, "stream", true, ".");
      assertThat(waited.get(10, TimeUnit.SECONDS)).isLessThan(TimeUnit.SECONDS.toNanos(5));
    }
  }

  @Test
  void aSenderContinuesItsMessageHoweverMuchWaitsForTheEndOfIt() throws Exception {
    NarrowWire wire = new NarrowWire(ALL);
    Outbound outbound = outbound(wire);
    send(outbound, "stream", false, "begun");
    for (int i = 0; i < 9; i++) {
      assertThat(send(outbound, null, true, i + "x".repeat(100))).isEqualTo(Sent.HELD);
    }
    assertThat(send(outbound, null, true, "y".repeat(200))).isEqualTo(Sent.NO_ROOM);
    assertThat(outbound.hasRoom("stream", 500)).isTrue();
    assertThat(send(outbound, "stream", false, ", " + "z".repeat(500))).isEqualTo(Sent.ON_ITS_WAY);
    inTurn(
        outbound,
        () -> {
          assertThat(outbound.reply(Opcode.TEXT, text("r".repeat(300)))).isTrue();
          assertThat(outbound.hasRoom("stream", 500)).isTrue();
          return null;
        });
    assertThat(send(outbound, "stream", true, ".")).isEqualTo(Sent.ON_ITS_WAY);
    assertThat(read(wire, null)).hasSize(11);
  }

  @Test
  void aMessageInPartsDoesNotOvertakeWhatWaits() throws Exception {
    NarrowWire wire = new NarrowWire(10);
    Outbound outbound = outbound(wire);
    send(outbound, null, true, "what the socket does not take");
    offer(outbound, Overflow.DROP_OLDEST, "key", "first");
    send(outbound, "stream", false, "second, ");
    send(outbound, "stream", true, "in parts");
    wire.room = ALL;
    outbound.flush();
    assertThat(read(wire, null))
        .containsExactly("what the socket does not take", "first", "second, in parts");
  }

  @Test
  void aReplyThatIsTooLongForNowWaitsInsteadOfBeingRefused() throws Exception {
    Outbound outbound = outbound(new NarrowWire(0));
    inTurn(
        outbound,
        () -> {
          outbound.reply(Opcode.TEXT, text("x".repeat(100)));
          outbound.pauseTurn(); // so that it waits for the socket
          assertThat(outbound.hasRoom(null, 950)).isFalse();
          assertThat(outbound.hasRoom(null, 800)).isTrue();
          return send(outbound, null, true, "y".repeat(800));
        });
  }

  @Test
  void newerMessagesOfTheSameKeysKeepToTheBound() throws Exception {
    NarrowWire wire = new NarrowWire(10);
    Outbound outbound = outbound(wire);
    send(outbound, null, true, "what the socket does not take");
    for (int i = 0; i < 50; i++) {
      offer(outbound, Overflow.COALESCE, i, "k" + i);
    }
    for (int i = 0; i < 50; i++) {
      offer(outbound, Overflow.COALESCE, i, "n" + i + "x".repeat(300));
    }
    wire.room = ALL;
    outbound.flush();
    List<String> read = read(wire, null);
    assertThat(read).hasSizeLessThan(6);
    assertThat(read.get(read.size() - 1)).startsWith("n49");
  }

  @Test
  void whatHasWaitedIsNotGatheredSinceItCouldNotBeDroppedAnyMore() throws Exception {
    NarrowWire wire = new NarrowWire(10);
    Outbound outbound = outbound(wire);
    send(outbound, null, true, "what the socket does not take");
    for (int i = 0; i < 20; i++) {
      offer(outbound, Overflow.DROP_OLDEST, "key", i + "x".repeat(200));
    }
    inTurn(
        outbound,
        () -> {
          wire.room = 150; // less than the first of them
          outbound.flush();
          return null;
        });
    for (int i = 20; i < 40; i++) {
      offer(outbound, Overflow.DROP_OLDEST, "key", i + "x".repeat(200));
    }
    wire.room = ALL;
    outbound.flush();
    assertThat(read(wire, null).stream().map(text -> text.replaceAll("x+", "")))
        .endsWith("37", "38", "39");
  }

  @Test
  void whatWasAcceptedLeavesBeforeTheClose() throws Exception {
    NarrowWire wire = new NarrowWire(10);
    Outbound outbound = outbound(wire);
    send(outbound, null, true, "what the socket does not take");
    offer(outbound, Overflow.DROP_OLDEST, "key", "may be dropped");
    send(outbound, null, true, "behind it");
    outbound.close(new ClosePayload(CloseCode.GOING_AWAY, ""));
    wire.room = ALL;
    outbound.flush();
    assertThat(read(wire, null))
        .containsExactly(
            "what the socket does not take", "may be dropped", "behind it", "close 1001");
    outbound.abort(new IOException("the test ends"));
  }
}
