package io.tautline.connection;

import io.tautline.protocol.Opcode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Whose message is on its way: the frames of one are never mixed with those of another (RFC 6455
 * §5.4), so whole messages wait while someone sends one part by part. Guarded by its {@link
 * Outbound}.
 */
final class MessageTurn {
  /** A whole message that waits. */
  record Held(int opcode, ByteBuffer payload, @Nullable Completion completion) {}

  /** Who is in the middle of a message, or null. */
  private @Nullable Object owner;

  private @Nullable ArrayDeque<Held> held;
  private int heldBytes;

  boolean isTakenBeside(Object sender) {
    return owner != null && owner != sender;
  }

  /** Takes the turn for a frame, or holds a whole message until the turn is free. */
  Sent take(
      Object sender,
      boolean fin,
      int opcode,
      byte[] payload,
      int from,
      int to,
      @Nullable Completion completion,
      Limits limits) {
    boolean part = !fin || opcode == Opcode.CONTINUATION;
    if (owner == null || (part && owner == sender)) {
      owner = fin ? null : sender;
      return Sent.ON_ITS_WAY;
    }
    if (part) {
      return Sent.NOT_YOUR_TURN;
    }
    ArrayDeque<Held> all = held;
    if (all == null) {
      all = new ArrayDeque<>(4);
      held = all;
    } else if (to - from > limits.maxQueuedBytes() - heldBytes
        || all.size() >= limits.maxQueuedMessages()) {
      return Sent.NO_ROOM;
    }
    ByteBuffer copy = ByteBuffer.wrap(Arrays.copyOfRange(payload, from, to));
    all.add(new Held(opcode, copy, completion));
    heldBytes += to - from;
    return Sent.HELD;
  }

  /** Returns the next whole message that waited, once the turn is free. */
  @Nullable Held next() {
    Held next = held == null ? null : held.poll();
    if (next == null) {
      held = null;
      heldBytes = 0;
    }
    return next;
  }

  void fail(IOException cause, BiConsumer<@Nullable Completion, @Nullable IOException> tell) {
    ArrayDeque<Held> all = held;
    owner = null;
    held = null;
    heldBytes = 0;
    if (all != null) {
      all.forEach(one -> tell.accept(one.completion, cause));
    }
  }
}
