package io.tautline.connection;

import io.tautline.deflate.MessageDeflater;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Closing;
import io.tautline.protocol.FrameHeader;
import io.tautline.protocol.FrameWriter;
import io.tautline.protocol.MaskKeys;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.Role;
import io.tautline.transport.Carrier;
import io.tautline.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Everything on its way out of one connection, in order, from any thread.
 *
 * <p>While the connection is being served, what its own turn sends is gathered and written once
 * ({@link Burst}). Any other thread writes at once. What the socket does not take waits, bounded
 * ({@link Backlog}). While someone sends a message part by part, the messages of others wait their
 * turn ({@link MessageTurn}). A whole frame is handed over under the lock, so frames never
 * interleave; completions run outside it.
 */
final class Outbound {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final MaskKeys KEYS = new MaskKeys(new SecureRandom());

  private final Wire wire;
  private final Role role;
  private final FrameWriter writer;
  private final Closing closing = new Closing();
  private final Burst burst = new Burst();
  private final Backlog backlog = new Backlog();
  private final MessageTurn turn = new MessageTurn();

  /** Compresses messages of at least {@link #deflateFrom} bytes; null when not negotiated. */
  private @Nullable MessageDeflater deflater;

  private int deflateFrom;

  /** Whether the message that is being sent part by part is compressed. */
  private boolean deflating;

  /** The last Ping's payload, when its Pong had to wait; a newer one takes its place. */
  private byte @Nullable [] owedPong;

  /** Whether answers are among what waits: something that a turn of this connection sent. */
  private boolean answersWait;

  /** The bounds that hold; an endpoint may have its own. */
  private Limits limits;

  private final Completions completions = new Completions();

  /** Why nothing can be sent any more. */
  private @Nullable IOException failure;

  /** Whether the socket's output is to be shut down once everything has been written. */
  private boolean finishing;

  private boolean finished;

  Outbound(Wire wire, Role role, Limits limits) {
    this.wire = wire;
    this.role = role;
    this.limits = limits;
    this.writer = new FrameWriter(role, KEYS);
  }

  /** Compresses from now on; before anything is sent. */
  synchronized void compress(Compression compression) {
    deflater = compression.deflater(role);
    deflateFrom = compression.options().minBytes();
  }

  /** Begins to gather what {@code carrier}'s thread sends. */
  synchronized void beginTurn(Carrier carrier) {
    burst.begin(carrier);
  }

  /** Writes what has been gathered and gathers no more; at the end of a turn. */
  void endTurn() {
    leaveTurn();
    completions.tell();
  }

  /** Does the same when the turn has been stolen: told of it, users must not hold up the loop. */
  void turnStolen() {
    leaveTurn();
    completions.tellElsewhere();
  }

  private synchronized void leaveTurn() {
    flushBurst();
    burst.end();
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
      if (failure != null) {
        completions.add(completion, failure);
      } else if (!closing.maySend()) {
        completions.add(completion, closed());
      } else if (Opcode.isControl(opcode)) {
        frame(true, 0, opcode, payload, from, to, completion);
      } else if (backlog.isWaiting() && !backlog.hasRoom(to - from, limits)) {
        sent = Sent.NO_ROOM;
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

  /**
   * Sends a whole message that may push others out, or be pushed out by later ones, while it waits.
   *
   * @param key what makes messages worth the same; not null
   */
  Sent offer(
      OutgoingMessage message, Overflow overflow, Object key, @Nullable Completion completion) {
    Sent sent = Sent.ON_ITS_WAY;
    int size = message.payload().length;
    synchronized (this) {
      byte[] frame = failure == null && closing.maySend() ? shared(message) : null;
      if (failure != null) {
        completions.add(completion, failure);
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
              ready(frame, overflow == Overflow.REFUSE ? null : key, completion);
            }
          }
        }
      }
    }
    completions.tell();
    return sent;
  }

  private boolean tookThePlace(
      byte @Nullable [] frame, Overflow overflow, Object key, @Nullable Completion completion) {
    return overflow == Overflow.COALESCE
        && frame != null
        && backlog.isWaiting()
        && backlog.replace(key, ByteBuffer.wrap(frame), completion, completions);
  }

  /** Drops what may be dropped, if a message of that size can wait then. */
  private boolean makeRoom(int size, Overflow overflow) {
    if (!backlog.isWaiting() || backlog.hasRoom(size, limits)) {
      return true;
    }
    if (overflow == Overflow.REFUSE || !backlog.dropOldest(size, limits, completions)) {
      return false;
    }
    notifyAll();
    if (!backlog.isWaiting()) {
      nothingWaits();
    }
    return true;
  }

  /**
   * Returns a frame that is made and compressed once for many; null if this peer needs its own:
   * masked, or compressed in a context that it shares with the messages before.
   */
  private byte @Nullable [] shared(OutgoingMessage message) {
    MessageDeflater active = deflater;
    if (active == null || message.size() < deflateFrom) {
      return role == Role.CLIENT ? null : message.frame();
    }
    return role == Role.CLIENT || active.takeover() ? null : message.frame(active);
  }

  private void ready(byte[] frame, @Nullable Object key, @Nullable Completion completion) {
    if (burst.isOurs() && !backlog.isWaiting()) {
      if (!burst.hasRoom(frame.length)) {
        flushBurst();
      }
      if (burst.hasRoom(frame.length) && !backlog.isWaiting()) {
        burst.put(frame, completion);
        return;
      }
    }
    flushBurst();
    write(ByteBuffer.wrap(frame), false, key, completion);
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
    MessageDeflater active = deflater;
    if (active == null) {
      frame(fin, 0, opcode, payload, from, to, completion);
      return;
    }
    boolean first = opcode != Opcode.CONTINUATION;
    if (first) {
      deflating = !fin || to - from >= deflateFrom;
    }
    if (deflating) {
      byte[] small = active.deflate(payload, from, to, fin);
      frame(fin, first ? FrameHeader.RSV1 : 0, opcode, small, 0, active.length(), completion);
      active.release();
    } else {
      frame(fin, 0, opcode, payload, from, to, completion);
    }
  }

  /** Sends bytes that are no frame: the opening handshake. */
  void raw(byte[] bytes) {
    synchronized (this) {
      write(ByteBuffer.wrap(bytes), false, null, null);
    }
    completions.tell();
  }

  /** Sends a Pong, or remembers that it is owed; only the last one is (RFC 6455 §5.5.3). */
  void pong(byte[] payload, int from, int to) {
    synchronized (this) {
      if (failure != null || !closing.maySend()) {
        return;
      }
      if (backlog.isWaiting()) {
        owedPong = Arrays.copyOfRange(payload, from, to);
      } else {
        frame(true, 0, Opcode.PONG, payload, from, to, null);
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
    byte[] bytes = payload.bytes();
    synchronized (this) {
      if (failure != null || !closing.send(payload)) {
        return false;
      }
      frame(true, 0, Opcode.CLOSE, bytes, 0, bytes.length, null);
      turn.fail(closed(), completions::add);
      notifyAll();
    }
    completions.tell();
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
    return failure == null && closing.maySend();
  }

  private void frame(
      boolean fin,
      int rsv,
      int opcode,
      byte[] payload,
      int from,
      int to,
      @Nullable Completion completion) {
    int size = (int) writer.size(to - from);
    if (burst.isOurs() && !backlog.isWaiting()) {
      if (!burst.hasRoom(size)) {
        flushBurst();
      }
      if (burst.hasRoom(size) && !backlog.isWaiting()) {
        burst.put(writer, fin, rsv, opcode, payload, from, to, completion);
        return;
      }
    }
    flushBurst();
    byte[] bytes = new byte[size];
    writer.write(bytes, 0, fin, rsv, opcode, payload, from, to);
    write(ByteBuffer.wrap(bytes), false, null, completion);
  }

  private void flushBurst() {
    ByteBuffer gathered = burst.take();
    if (gathered != null) {
      write(gathered, true, null, burst.takeCompletion());
    }
  }

  /**
   * Writes now what the socket takes, unless something waits already; the rest waits.
   *
   * @param borrowed whether the buffer is used again, so that the rest must be copied
   * @param key by which it may be dropped while it waits as a whole; null if it may not
   */
  private void write(
      ByteBuffer bytes, boolean borrowed, @Nullable Object key, @Nullable Completion completion) {
    try {
      if (!backlog.isWaiting() && failure == null) {
        wire.write(bytes);
      }
    } catch (IOException e) {
      fail(e);
    }
    if (failure != null || !(bytes.hasRemaining() || wire.pending())) {
      completions.add(completion, failure);
    } else {
      answersWait |= borrowed || burst.isOurs();
      ByteBuffer rest = borrowed ? ByteBuffer.allocate(bytes.remaining()).put(bytes).flip() : bytes;
      backlog.add(rest, key, completion);
    }
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
      try {
        if (wire.pending()) {
          wire.write(NOTHING); // pushes on what it took and could not pass on
        }
        if (backlog.drain(wire, completions::add)) {
          nothingWaits();
        }
      } catch (IOException e) {
        fail(e);
      }
      shutDownIfFinished();
      notifyAll();
    }
  }

  private void nothingWaits() {
    answersWait = false;
    byte[] pong = owedPong;
    owedPong = null;
    if (pong != null && closing.maySend()) {
      frame(true, 0, Opcode.PONG, pong, 0, pong.length, null);
    }
  }

  /** Shuts the socket's output down once everything before has been written. */
  void finish() {
    synchronized (this) {
      finishing = true;
      flushBurst();
      shutDownIfFinished();
    }
    completions.tell();
  }

  private void shutDownIfFinished() {
    if (finishing && !finished && !backlog.isWaiting() && burst.isEmpty() && failure == null) {
      finished = true;
      try {
        wire.shutdownOutput();
      } catch (IOException e) {
        fail(e);
      }
    }
  }

  /** Fails everything that waits and whatever is sent from now on. */
  void abort(IOException cause) {
    synchronized (this) {
      if (failure == null) {
        fail(cause);
      }
      if (deflater != null) {
        deflater.end();
      }
      notifyAll();
    }
    completions.tell();
  }

  private void fail(IOException cause) {
    failure = cause;
    burst.take();
    completions.add(burst.takeCompletion(), cause);
    backlog.fail(cause, completions::add);
    turn.fail(cause, completions::add);
    notifyAll();
  }

  /** Returns why nothing can be sent any more, or null. */
  synchronized @Nullable IOException failure() {
    return failure;
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
    return answersWait && backlog.bytes() > limits.sendHighWater();
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
    while (failure == null && closing.maySend() && !hasRoom(sender, size)) {
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

  /** Returns whether {@code sender} is in the middle of a message. */
  synchronized boolean isSending(Object sender) {
    return turn.isTakenBy(sender);
  }
}
