package io.tautline.connection;

import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Closing;
import io.tautline.protocol.FrameWriter;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.Role;
import io.tautline.transport.Carrier;
import io.tautline.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Everything on its way out of one connection, in order, from any thread.
 *
 * <p>Frames go to the {@link FrameOutput}, which gathers, writes, or lets them wait. While someone
 * sends a message part by part, the messages of others wait their turn ({@link MessageTurn}). A
 * whole frame is handed over under the lock, so frames never interleave; completions run outside
 * it.
 */
final class Outbound {
  private static final byte[] NOTHING = {};

  /** Below this many characters a new array costs less than doing without. */
  private static final int LONG_TEXT = 4096;

  private static final int OTHER_TEXTS = 31;

  private final Role role;
  private final Runnable whenFailed;
  private final Completions completions = new Completions();
  private final FrameOutput output;
  private final Backlog backlog;
  private final Closing closing = new Closing();
  private final MessageTurn turn = new MessageTurn();

  /** Where messages go first if they are compressed; null when that was not negotiated. */
  private @Nullable CompressedOutput compressed;

  /** How many texts are not tried as ASCII, since one was not: they come in rows. */
  private int otherTexts;

  /** The last Ping's payload, when its Pong had to wait; a newer one takes its place. */
  private byte @Nullable [] owedPong;

  /** The bounds that hold; an endpoint may have its own. */
  private Limits limits;

  /**
   * @param whenFailed has a turn end the connection, and tell whom that concerns
   */
  Outbound(Wire wire, Role role, Limits limits, Runnable whenFailed) {
    this.role = role;
    this.whenFailed = whenFailed;
    this.limits = limits;
    this.output = new FrameOutput(wire, role, completions, this::failed);
    this.backlog = output.backlog();
  }

  /** See {@link Connection#fetch}. */
  int fetch() {
    return output.fetch()
        + (completions.isEmpty() ? 1 : 0)
        + (closing.maySend() ? 1 : 0)
        + (turn.isTakenBeside(null) ? 1 : 0);
  }

  /** Nothing can be sent any more; with the lock. */
  private void failed() {
    IOException cause = output.failure();
    if (cause != null) {
      turn.fail(cause, completions::add);
    }
    notifyAll();
    whenFailed.run();
  }

  /** Compresses from now on; before anything is sent. */
  synchronized void compress(Compression compression) {
    compressed =
        new CompressedOutput(output, compression.deflater(role), compression.options().minBytes());
  }

  /**
   * Begins a turn on this thread.
   *
   * @param carrier that thread, to gather what it sends; null off the loop, where all leaves at
   *     once
   */
  synchronized void beginTurn(@Nullable Carrier carrier) {
    output.beginTurn(carrier);
  }

  /** Writes what has been gathered and gathers no more, since the turn is about to wait. */
  void pauseTurn() {
    leaveTurn();
    completions.tell();
  }

  /** Does the same at the end of the turn. */
  void endTurn() {
    synchronized (this) {
      output.endTurn();
    }
    completions.tell();
  }

  /** Does the same when the turn has been stolen: told of it, users must not hold up the loop. */
  void turnStolen() {
    leaveTurn();
    completions.tellElsewhere();
  }

  private synchronized void leaveTurn() {
    output.leaveTurn();
  }

  /**
   * Sends a whole message, a part of one, or a control frame.
   *
   * @param sender who sends a message part by part, or null for a whole message
   * @param opcode of the message, also for its later parts
   * @param payload copied before this returns
   * @param completion told once, possibly before this returns; may be null
   */
  Sent send(
      @Nullable Object sender,
      boolean fin,
      int opcode,
      byte[] payload,
      int from,
      int to,
      @Nullable Completion completion) {
    Sent sent = Sent.ON_ITS_WAY;
    synchronized (this) {
      if (output.failure() != null) {
        completions.add(completion, output.failure());
      } else if (!closing.maySend()) {
        completions.add(completion, closed());
      } else if (backlog.isWaiting() && !backlog.hasRoom(to - from, limits)) {
        sent = Sent.NO_ROOM;
      } else if (Opcode.isControl(opcode)) {
        output.frame(true, 0, opcode, payload, from, to, completion);
      } else {
        int frame = turn.opcode(sender, opcode);
        sent = turn.take(sender, fin, opcode, payload, from, to, completion, limits);
        if (sent == Sent.ON_ITS_WAY) {
          data(fin, frame, payload, from, to, completion);
          if (fin) {
            turnEnds();
          }
        }
      }
    }
    completions.tell();
    return sent;
  }

  /** Sends a Ping of our own, however much waits: the peer's answer shows that it lives. */
  void ping() {
    synchronized (this) {
      if (output.failure() == null && closing.maySend()) {
        output.frame(true, 0, Opcode.PING, NOTHING, 0, 0, null);
      }
    }
    completions.tell();
  }

  /**
   * Sends a whole message in the connection's own turn, if nothing stands before it: the short way
   * of an answer.
   *
   * @return false if nothing was sent, and {@link #send} is to be used
   */
  synchronized boolean gather(int opcode, byte[] payload) {
    boolean free = mayGather();
    if (free) {
      data(true, opcode, payload, 0, payload.length, null);
    }
    return free;
  }

  /**
   * Does the same with a text, which needs no array of its own if it is long and ASCII.
   *
   * @return false if nothing was sent, and its bytes are to be used
   */
  boolean gather(String text) {
    return text.length() >= LONG_TEXT && FrameWriter.writesAscii() && gatherAscii(text);
  }

  private synchronized boolean gatherAscii(String text) {
    if (otherTexts > 0) {
      otherTexts--;
      return false;
    }
    boolean compresses = compressed != null && compressed.compresses(text.length());
    if (compresses || !mayGather() || !output.makesRoomForText(text.length())) {
      return false;
    }
    boolean gathered = output.ascii(text);
    if (!gathered) {
      otherTexts = OTHER_TEXTS;
    }
    return gathered;
  }

  private boolean mayGather() {
    return output.isGathering()
        && output.failure() == null
        && closing.maySend()
        && !turn.isTakenBeside(null);
  }

  /**
   * Sends a whole message that may push others out, or be pushed out by later ones, while it waits.
   *
   * @param key what makes messages worth the same; not null
   * @param more whether it may wait for what follows, until {@link #sendParcelOff}
   */
  Sent offer(
      OutgoingMessage message,
      Overflow overflow,
      Object key,
      @Nullable Completion completion,
      boolean more) {
    Sent sent = Sent.ON_ITS_WAY;
    int size = message.payload().length;
    synchronized (this) {
      byte[] frame = output.failure() == null && closing.maySend() ? shared(message) : null;
      if (output.failure() != null) {
        completions.add(completion, output.failure());
      } else if (!closing.maySend()) {
        completions.add(completion, closed());
      } else if (!tookThePlace(frame, overflow, key, completion)) {
        if (!makeRoom(size, overflow)) {
          sent = Sent.NO_ROOM;
        } else {
          byte[] payload = message.payload();
          sent = turn.take(null, true, message.opcode(), payload, 0, size, completion, limits);
          if (sent == Sent.ON_ITS_WAY) {
            if (frame == null) {
              data(true, message.opcode(), payload, 0, size, completion);
            } else {
              Object mayDrop = overflow == Overflow.REFUSE ? null : key;
              if (output.ready(frame, mayDrop, completion, more)) {
                sent = Sent.IN_A_PARCEL;
              }
            }
          }
        }
      }
    }
    completions.tell();
    return sent;
  }

  /** Writes what has waited for more. */
  void sendParcelOff() {
    boolean failed;
    synchronized (this) {
      output.sendParcelOff();
      failed = output.failure() != null;
    }
    if (failed) {
      completions.tellElsewhere(); // the loop must not wait for them
    }
  }

  private boolean tookThePlace(
      byte @Nullable [] frame, Overflow overflow, Object key, @Nullable Completion completion) {
    return overflow == Overflow.COALESCE
        && frame != null
        && backlog.isWaiting()
        && backlog.replace(key, ByteBuffer.wrap(frame), limits, completion, completions);
  }

  /** Drops what may be dropped, if a message of that size can wait then. */
  private boolean makeRoom(int size, Overflow overflow) {
    if (!backlog.isWaiting() || backlog.hasRoom(size, limits)) {
      return true;
    }
    if (overflow == Overflow.REFUSE || !output.makeRoom(size, limits)) {
      return false;
    }
    notifyAll();
    if (!backlog.isWaiting()) {
      payOwedPong();
    }
    return true;
  }

  /**
   * Returns a frame that is made and compressed once for many; null if this peer needs its own:
   * masked, or compressed in a context that it shares with the messages before.
   */
  private byte @Nullable [] shared(OutgoingMessage message) {
    if (role == Role.CLIENT) {
      return null;
    }
    return compressed == null ? message.frame() : compressed.shared(message);
  }

  /** Has other bounds hold from now on. */
  synchronized void limits(Limits own) {
    limits = own;
  }

  private static IOException closed() {
    return new IOException("a Close has been sent; nothing may follow it (RFC 6455 §5.5.1)");
  }

  /** Sends the whole messages that waited for the end of one sent part by part. */
  private void turnEnds() {
    for (MessageTurn.Held next = turn.next(); next != null; next = turn.next()) {
      byte[] payload = next.payload().array();
      data(true, next.opcode(), payload, 0, payload.length, next.completion());
    }
    notifyAll();
  }

  private void data(
      boolean fin, int opcode, byte[] payload, int from, int to, @Nullable Completion completion) {
    if (compressed == null) {
      output.frame(fin, 0, opcode, payload, from, to, completion);
    } else {
      compressed.data(fin, opcode, payload, from, to, completion);
    }
  }

  /**
   * Sends bytes that are no frame: the opening handshake. A server's answer leaves with what the
   * listener sends when it is told of the opening, or when that takes long.
   */
  void raw(byte[] bytes) {
    synchronized (this) {
      output.ready(bytes, null, null, false);
    }
    completions.tell();
  }

  /** Sends a Pong, or remembers that it is owed; only the last one is (RFC 6455 §5.5.3). */
  void pong(byte[] payload, int from, int to) {
    synchronized (this) {
      if (output.failure() != null || !closing.maySend()) {
        return;
      }
      if (backlog.isWaiting()) {
        owedPong = Arrays.copyOfRange(payload, from, to);
      } else {
        output.frame(true, 0, Opcode.PONG, payload, from, to, null);
      }
    }
    completions.tell();
  }

  /**
   * Sends a Close frame, if none was sent before; data cannot be sent after it.
   *
   * @return whether this one was the first
   */
  boolean close(ClosePayload payload) {
    boolean first = sendClose(payload);
    completions.tell();
    return first;
  }

  /** Does the same on the loop, which users must not hold up. */
  boolean closeAway(ClosePayload payload) {
    boolean first = sendClose(payload);
    completions.tellElsewhere();
    return first;
  }

  private synchronized boolean sendClose(ClosePayload payload) {
    if (output.failure() != null || !closing.send(payload)) {
      return false;
    }
    byte[] bytes = payload.bytes();
    output.frame(true, 0, Opcode.CLOSE, bytes, 0, bytes.length, null);
    turn.fail(closed(), completions::add);
    notifyAll();
    return true;
  }

  /** Notes the peer's Close frame and returns whether it was the first. */
  synchronized boolean closeReceived(ClosePayload payload) {
    boolean first = closing.open();
    closing.receive(payload);
    return first;
  }

  synchronized ClosePayload answer() {
    return closing.answer();
  }

  synchronized ClosePayload cause() {
    return closing.cause();
  }

  synchronized boolean maySend() {
    return output.failure() == null && closing.maySend();
  }

  /** Writes what waits, as far as the socket takes it; during a turn. */
  void flush() {
    drain();
    completions.tell();
  }

  /** Does the same on the loop beside a stolen turn. */
  void flushAway() {
    drain();
    completions.tellElsewhere();
  }

  private void drain() {
    synchronized (this) {
      if (output.drain()) {
        payOwedPong();
      }
      output.shutDownIfFinished();
      notifyAll();
    }
  }

  private void payOwedPong() {
    byte[] pong = owedPong;
    owedPong = null;
    if (pong != null && closing.maySend()) {
      output.frame(true, 0, Opcode.PONG, pong, 0, pong.length, null);
    }
  }

  /** Shuts the socket's output down once everything before has been written. */
  void finish() {
    synchronized (this) {
      output.finish();
    }
    completions.tell();
  }

  /** Fails everything, if nothing has before: the connection has ended. */
  void end() {
    IOException cause = failure();
    abort(cause == null ? new IOException("the connection has ended") : cause);
  }

  /** Fails everything that waits and whatever is sent from now on. */
  void abort(IOException cause) {
    fail(cause);
    completions.tell();
  }

  /** Does the same on the loop, which users must not hold up. */
  void abortAway(IOException cause) {
    fail(cause);
    completions.tellElsewhere();
  }

  private synchronized void fail(IOException cause) {
    if (output.failure() == null) {
      output.fail(cause);
    }
    if (compressed != null) {
      compressed.end();
    }
    notifyAll();
  }

  /** Returns why nothing can be sent any more, or null. */
  synchronized @Nullable IOException failure() {
    return output.failure();
  }

  /** Returns whether bytes wait for the socket. */
  boolean waiting() {
    return backlog.isWaiting();
  }

  /** Returns when bytes last left or began to wait; meaningful while {@link #waiting}. */
  long progressAt() {
    return backlog.progressAt();
  }

  /**
   * Returns whether so many answers wait that the peer should not be read from. What was sent out
   * of turn does not count: were both sides to stop reading for that, neither would go on.
   */
  synchronized boolean overHighWater() {
    return output.answersOver(limits.sendHighWater());
  }

  /**
   * Blocks until less than the high-water mark waits, a message of that size may wait too, and no
   * one else is in the middle of a message.
   *
   * @return false if the time is over
   */
  synchronized boolean awaitRoom(@Nullable Object sender, int size, long nanos)
      throws InterruptedException {
    long end = System.nanoTime() + nanos;
    while (output.failure() == null && closing.maySend() && !hasRoom(sender, size)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Returns whether {@code sender} could send without waiting for anyone. */
  synchronized boolean hasRoom(@Nullable Object sender, int size) {
    return backlog.bytes() <= limits.sendHighWater()
        && backlog.hasRoom(size, limits)
        && !turn.isTakenBeside(sender);
  }

  /** Returns whether a turn is under way on this thread. */
  synchronized boolean inTurn() {
    return output.isAnswering();
  }

  /** Returns whether {@code sender} is in the middle of a message. */
  synchronized boolean isSending(Object sender) {
    return turn.isTakenBy(sender);
  }
}
