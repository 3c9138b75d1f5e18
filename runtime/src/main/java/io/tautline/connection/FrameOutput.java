package io.tautline.connection;

import io.tautline.protocol.FrameWriter;
import io.tautline.protocol.MaskKeys;
import io.tautline.protocol.Role;
import io.tautline.transport.Carrier;
import io.tautline.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where frames go: gathered while the connection's own turn lasts ({@link Burst}), else written at
 * once, and what the socket does not take waits ({@link Backlog}). Guarded by its {@link Outbound}.
 */
final class FrameOutput {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final MaskKeys KEYS = new MaskKeys();

  private final Wire wire;
  private final FrameWriter writer;
  private final Completions completions;
  private final Runnable whenFailed;
  private final Burst burst = new Burst();
  private final Backlog backlog = new Backlog();

  /** What waits for more of it before it is written; empty while the backlog is not. */
  private final Parcel parcel = new Parcel();

  /** Whose turn of this connection is under way, stolen or not: what it sends are answers. */
  private @Nullable Thread answering;

  /** Whether a message is being sent that has waited, and whether it is a reply. */
  private boolean sendingWaiting;

  private boolean reply;

  /** Why nothing can be sent any more. */
  private volatile @Nullable IOException failure;

  /** Whether the socket's output is to be shut down once everything has been written. */
  private boolean finishing;

  private boolean finished;

  /**
   * @param whenFailed told once when nothing can be sent any more
   */
  FrameOutput(Wire wire, Role role, Completions completions, Runnable whenFailed) {
    this.wire = wire;
    this.whenFailed = whenFailed;
    this.writer = new FrameWriter(role, KEYS);
    this.completions = completions;
  }

  /** See {@link Connection#fetch}. */
  int fetch() {
    return (writer.masks() ? 1 : 0)
        + (burst.isEmpty() ? 1 : 0)
        + (parcel.isEmpty() ? 1 : 0)
        + (backlog.isWaiting() ? 1 : 0);
  }

  Backlog backlog() {
    return backlog;
  }

  @Nullable IOException failure() {
    return failure;
  }

  /** Gathers at most so many bytes in one turn before they are written. */
  void gatherAtMost(int bytes) {
    burst.most(bytes);
  }

  /** Takes what this thread sends for answers, and gathers them if it is {@code carrier}. */
  void beginTurn(@Nullable Carrier carrier) {
    answering = Thread.currentThread();
    burst.begin(carrier);
  }

  /** Returns whether what the calling thread sends is an answer. */
  boolean isAnswering() {
    return Thread.currentThread() == answering;
  }

  /** Returns whether the calling thread's frames are gathered, and nothing waits before them. */
  boolean isGathering() {
    return gathers();
  }

  /** Returns whether frames wait for more of them before they are written. */
  boolean isBatched() {
    return !parcel.isEmpty();
  }

  /** Writes what has been gathered and gathers no more; the turn may go on elsewhere. */
  void leaveTurn() {
    try {
      flushBurst();
    } finally {
      burst.end();
    }
  }

  /** Does the same at the end of the turn. */
  void endTurn() {
    try {
      leaveTurn();
    } finally {
      answering = null;
    }
  }

  /** Returns whether {@link #ascii} could take a text of that many characters now. */
  boolean makesRoomForText(int length) {
    long size = writer.size(FrameWriter.roomForAscii(length));
    if (!burst.hasRoom(size)) {
      flushBurst();
    }
    boolean room = burst.hasRoom(size) || burst.longOut(size) != null;
    return room && !backlog.isWaiting() && failure == null;
  }

  /** Sends a whole text message, after {@link #makesRoomForText}, if it is ASCII. */
  boolean ascii(String text) {
    long size = writer.size(FrameWriter.roomForAscii(text.length()));
    if (burst.hasRoom(size)) {
      return burst.ascii(writer, text);
    }
    byte[] out = burst.longOut(size);
    int end = out == null ? -1 : writer.ascii(out, 0, text);
    if (end >= 0) {
      write(ByteBuffer.wrap(out, 0, end), true, null);
    }
    return end >= 0;
  }

  /** Sends a frame. */
  void frame(
      boolean fin,
      int rsv,
      int opcode,
      byte[] payload,
      int from,
      int to,
      @Nullable Completion completion) {
    int size = (int) writer.size(to - from);
    if (gathers()) {
      if (!burst.hasRoom(size)) {
        flushBurst(completion);
      }
      if (!backlog.isWaiting()) {
        if (burst.hasRoom(size)) {
          burst.put(writer, fin, rsv, opcode, payload, from, to, completion);
        } else {
          longFrame(fin, rsv, opcode, payload, from, to, completion);
        }
        return;
      }
    }
    flushBurst(completion);
    byte[] bytes = new byte[size];
    writer.write(bytes, 0, fin, rsv, opcode, payload, from, to);
    write(ByteBuffer.wrap(bytes), false, completion);
  }

  /** Sends a frame that the buffer does not hold, one buffer after the other. */
  private void longFrame(
      boolean fin,
      int rsv,
      int opcode,
      byte[] payload,
      int from,
      int to,
      @Nullable Completion completion) {
    burst.header(writer, fin, rsv, opcode, to - from);
    int at = from;
    while (at < to && failure == null) {
      if (backlog.isWaiting()) {
        byte[] rest = Arrays.copyOfRange(payload, at, to);
        writer.mask(rest, 0, rest.length);
        write(ByteBuffer.wrap(rest), false, completion);
        return;
      }
      if (burst.isEmpty() && !writer.masks()) {
        // Nothing stands before it and nothing changes it, so it need not be copied first.
        write(ByteBuffer.wrap(payload, at, to - at), true, completion);
        return;
      }
      int count = Math.min(burst.room(), to - at);
      burst.chunk(writer, payload, at, count);
      at += count;
      if (at < to) {
        flushBurst(completion);
      }
    }
    if (failure != null) {
      completions.add(completion, failure);
    } else {
      burst.add(completion);
    }
  }

  /** Makes room for a frame; whose sender is told if that fails. */
  private void flushBurst(@Nullable Completion next) {
    try {
      flushBurst();
    } catch (RuntimeException | Error e) {
      completions.add(next, failure);
      throw e;
    }
  }

  private void flushBurst() {
    ByteBuffer gathered = burst.take();
    if (gathered != null) {
      write(gathered, true, burst.takeCompletion());
    }
  }

  /**
   * Writes now what the socket takes, unless something waits already; the rest waits.
   *
   * @param borrowed whether the buffer is used again, so that the rest must be copied
   */
  private void write(ByteBuffer bytes, boolean borrowed, @Nullable Completion completion) {
    try {
      sendParcelOff();
      if (!backlog.isWaiting() && failure == null) {
        wire.write(bytes);
      }
      if (failure == null && (bytes.hasRemaining() || wire.pending())) {
        ByteBuffer rest =
            borrowed ? ByteBuffer.allocate(bytes.remaining()).put(bytes).flip() : bytes;
        backlog.add(rest, borrowed || isAnswering() || reply, completion);
        return;
      }
    } catch (IOException e) {
      fail(e);
    } catch (RuntimeException | Error e) {
      broken(e);
      completions.add(completion, failure);
      throw e;
    }
    completions.add(completion, failure);
  }

  /**
   * Sends a frame that has been made already, or what comes before the first: a head.
   *
   * @param frame not changed any more
   * @param more whether it may wait for what follows, until {@link #sendParcelOff}
   * @return whether it waits so, and nothing did before
   */
  boolean ready(byte[] frame, @Nullable Completion completion, boolean more) {
    if (gathers()) {
      if (!burst.hasRoom(frame.length)) {
        flushBurst(completion);
      }
      if (burst.hasRoom(frame.length) && !backlog.isWaiting()) {
        burst.put(frame, completion);
        return false;
      }
    }
    flushBurst(completion);
    boolean first = parcel.isEmpty();
    if ((first && !more) || completion != null || !takesParcels(frame.length)) {
      write(ByteBuffer.wrap(frame), false, completion);
      return false;
    }
    parcel.add(frame);
    if (!more) {
      sendParcelOff();
    }
    return more && first;
  }

  private boolean takesParcels(int size) {
    return parcel.hasRoom(size) && !backlog.isWaiting() && failure == null;
  }

  /** Writes what has waited for more. */
  void sendParcelOff() {
    ByteBuffer frames = parcel.take();
    if (frames != null) {
      write(frames, false, null);
    }
  }

  /** Writes what waits, as far as the socket takes it; returns whether nothing waits any more. */
  boolean drain() {
    boolean empty = false;
    try {
      if (wire.pending()) {
        wire.write(NOTHING); // pushes on what it took and could not pass on
      }
      empty = backlog.drain(wire, completions);
    } catch (IOException e) {
      fail(e);
    } catch (RuntimeException | Error e) {
      broken(e);
      throw e;
    }
    return empty;
  }

  /**
   * Sends a message that has waited: at once, since what has been gathered cannot be dropped any
   * more if it has to wait again.
   */
  void sendWaiting(boolean isReply, Runnable send) {
    sendingWaiting = true;
    reply = isReply;
    try {
      send.run();
    } finally {
      sendingWaiting = false;
      reply = false;
    }
  }

  /** Returns whether frames of this thread are gathered. */
  private boolean gathers() {
    return burst.isOurs() && !sendingWaiting && !backlog.isWaiting();
  }

  /** Gives up after a fault of our own, which may have come in the middle of a frame. */
  void broken(Throwable fault) {
    if (failure == null) {
      fail(new IOException("writing failed", fault));
    }
  }

  /** Shuts the socket's output down once everything before has been written. */
  void finish() {
    finishing = true;
    flushBurst();
    sendParcelOff();
    shutDownIfFinished();
  }

  void shutDownIfFinished() {
    if (finishing && !finished && !backlog.isWaiting() && burst.isEmpty() && failure == null) {
      finished = true;
      try {
        wire.shutdownOutput();
      } catch (IOException e) {
        fail(e);
      }
    }
  }

  /** Fails everything that waits. */
  void fail(IOException cause) {
    failure = cause;
    parcel.take();
    burst.take();
    completions.add(burst.takeCompletion(), cause);
    backlog.fail(cause, completions);
    whenFailed.run();
  }
}
