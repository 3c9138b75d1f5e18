package io.tautline.connection;

import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Closing;
import io.tautline.protocol.FrameWriter;
import io.tautline.protocol.MaskKeys;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.Role;
import io.tautline.transport.Carrier;
import io.tautline.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything on its way out of one connection, in order, from any thread.
 *
 * <p>While the connection is being served, what its own turn sends is gathered in the carrier's
 * buffer and written once, when the turn ends. Any other thread writes at once. What the socket
 * does not take waits in a bounded queue. A whole frame is handed over under the lock, so frames
 * never interleave; completions run outside it.
 */
final class Outbound {
  private static final MaskKeys KEYS = new MaskKeys(new SecureRandom());

  /** Someone to be told once the lock is released. */
  private record Told(Completion completion, @Nullable IOException failure) {}

  private final Wire wire;
  private final Limits limits;
  private final FrameWriter writer;
  private final Closing closing = new Closing();

  /** The carrier serving the connection, unless that turn has been stolen. */
  private @Nullable Carrier serving;

  /** Bytes gathered in the buffer of {@link #serving}. */
  private int gathered;

  private @Nullable List<Completion> gatheredCompletions;
  private final Backlog backlog = new Backlog();

  /** The last Ping's payload, when its Pong had to wait; a newer one takes its place. */
  private byte @Nullable [] owedPong;

  private @Nullable List<Told> told;

  /** Why nothing can be sent any more. */
  private @Nullable IOException failure;

  /** Whether the socket's output is to be shut down once the queue is empty. */
  private boolean finishing;

  private boolean finished;

  Outbound(Wire wire, Role role, Limits limits) {
    this.wire = wire;
    this.limits = limits;
    this.writer = new FrameWriter(role, KEYS);
  }

  /** Begins to gather what {@code carrier}'s thread sends. */
  void serving(Carrier carrier) {
    synchronized (this) {
      serving = carrier;
    }
  }

  /** Writes what has been gathered and gathers no more; at the end of a turn or at its theft. */
  void endTurn() {
    synchronized (this) {
      flushGathered();
      serving = null;
    }
    complete();
  }

  /**
   * Sends one frame.
   *
   * @param payload copied before this returns
   * @param completion told once, possibly before this returns; may be null
   * @return false if the queue is over its bound: the peer is too slow
   */
  boolean send(
      boolean fin,
      int rsv,
      int opcode,
      byte[] payload,
      int from,
      int to,
      @Nullable Completion completion) {
    boolean accepted = true;
    synchronized (this) {
      if (failure != null) {
        tell(completion, failure);
      } else if (!closing.maySend()) {
        tell(completion, new ClosedChannelException());
      } else {
        accepted = frame(fin, rsv, opcode, payload, from, to, completion);
      }
    }
    complete();
    return accepted;
  }

  /** Sends bytes that are no frame: the opening handshake. */
  void raw(byte[] bytes) {
    synchronized (this) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      write(buffer);
      if (buffer.hasRemaining()) {
        enqueue(buffer, null);
      }
    }
    complete();
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
    complete();
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
    }
    complete();
    return true;
  }

  /** Notes the peer's Close frame and returns whether it was the first. */
  boolean closeReceived(ClosePayload payload) {
    synchronized (this) {
      boolean first = closing.open();
      closing.receive(payload);
      return first;
    }
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

  synchronized boolean closeComplete() {
    return closing.complete();
  }

  /** Puts one frame where it belongs; false if it would have to wait and there is no room. */
  private boolean frame(
      boolean fin,
      int rsv,
      int opcode,
      byte[] payload,
      int from,
      int to,
      @Nullable Completion completion) {
    int size = (int) writer.size(to - from);
    Carrier carrier = serving;
    if (carrier != null && Thread.currentThread() == carrier && !backlog.isWaiting()) {
      if (size > Carrier.BUFFER_BYTES - gathered) {
        flushGathered();
      }
      if (size <= Carrier.BUFFER_BYTES - gathered && !backlog.isWaiting()) {
        gathered = writer.write(carrier.out(), gathered, fin, rsv, opcode, payload, from, to);
        gathered(completion);
        return true;
      }
    }
    flushGathered();
    if (backlog.isWaiting() && !Opcode.isControl(opcode) && !backlog.hasRoom(size, limits)) {
      return false;
    }
    byte[] bytes = new byte[size];
    writer.write(bytes, 0, fin, rsv, opcode, payload, from, to);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    write(buffer);
    if (buffer.hasRemaining()) {
      enqueue(buffer, completion);
    } else {
      tell(completion, failure);
    }
    return true;
  }

  private void gathered(@Nullable Completion completion) {
    if (completion != null) {
      if (gatheredCompletions == null) {
        gatheredCompletions = new ArrayList<>();
      }
      gatheredCompletions.add(completion);
    }
  }

  private void flushGathered() {
    Carrier carrier = serving;
    if (carrier == null || gathered == 0) {
      return;
    }
    ByteBuffer buffer = carrier.outBuffer(gathered);
    gathered = 0;
    write(buffer);
    List<Completion> all = gatheredCompletions;
    gatheredCompletions = null;
    if (buffer.hasRemaining()) {
      ByteBuffer rest = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
      enqueue(rest, all == null ? null : f -> all.forEach(c -> c.done(f)));
    } else if (all != null) {
      all.forEach(c -> tell(c, failure));
    }
  }

  private void write(ByteBuffer buffer) {
    if (backlog.isWaiting() || failure != null) {
      return;
    }
    try {
      wire.write(buffer);
    } catch (IOException e) {
      fail(e);
    }
  }

  private void enqueue(ByteBuffer rest, @Nullable Completion completion) {
    if (failure != null) {
      tell(completion, failure);
    } else {
      backlog.add(rest, completion);
    }
  }

  /** Writes what waits, as far as the socket takes it; from any thread. */
  void flush() {
    synchronized (this) {
      drain();
      shutDownIfFinished();
      notifyAll();
    }
    complete();
  }

  private void drain() {
    try {
      if (backlog.drain(wire, this::tell)) {
        byte[] pong = owedPong;
        owedPong = null;
        if (pong != null && closing.maySend()) {
          frame(true, 0, Opcode.PONG, pong, 0, pong.length, null);
        }
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  /** Shuts the socket's output down once everything before has been written. */
  void finish() {
    synchronized (this) {
      finishing = true;
      flushGathered();
      shutDownIfFinished();
    }
    complete();
  }

  private void shutDownIfFinished() {
    if (finishing && !finished && !backlog.isWaiting() && gathered == 0 && failure == null) {
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
      notifyAll();
    }
    complete();
  }

  private void fail(IOException cause) {
    failure = cause;
    gathered = 0;
    List<Completion> all = gatheredCompletions;
    gatheredCompletions = null;
    if (all != null) {
      all.forEach(c -> tell(c, cause));
    }
    backlog.fail(cause, this::tell);
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

  /** Returns whether so much waits that the peer should not be read from. */
  synchronized boolean overHighWater() {
    return backlog.bytes() > limits.sendHighWater();
  }

  /**
   * Blocks until less than the high-water mark waits.
   *
   * @return false if the time is over
   */
  synchronized boolean awaitRoom(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    while (failure == null && backlog.bytes() > limits.sendHighWater()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  private void tell(@Nullable Completion completion, @Nullable IOException cause) {
    if (completion != null) {
      if (told == null) {
        told = new ArrayList<>(2);
      }
      told.add(new Told(completion, cause));
    }
  }

  private void complete() {
    List<Told> all;
    synchronized (this) {
      all = told;
      told = null;
    }
    if (all != null) {
      all.forEach(one -> one.completion.done(one.failure));
    }
  }
}
