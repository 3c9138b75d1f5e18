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

  /** The opcode of that message. */
  private int kind;

  private @Nullable ArrayDeque<Held> held;
  private int heldBytes;

  /** Returns whether someone else than {@code sender} is in the middle of a message. */
  boolean isTakenBeside(@Nullable Object sender) {
    return owner != null && owner != sender;
  }

  /** Returns whether {@code sender} is in the middle of a message. */
  boolean isTakenBy(Object sender) {
    return owner == sender;
  }

  /** Returns the opcode of the frame with which {@code sender} goes on, or begins. */
  int opcode(@Nullable Object sender, int opcode) {
    if (owner == null || owner != sender) {
      return opcode;
    }
    if (kind != opcode) {
      throw new IllegalStateException(
          "a message of the other kind is being sent; send its last part first");
    }
    return Opcode.CONTINUATION;
  }

  /**
   * Takes the turn for a frame, or holds a whole message until the turn is free.
   *
   * @param sender who sends part by part, or null for a whole message
   */
  Sent take(
      @Nullable Object sender,
      boolean fin,
      int opcode,
      byte[] payload,
      int from,
      int to,
      @Nullable Completion completion,
      Limits limits) {
    if (owner == null || owner == sender) {
      owner = fin ? null : sender;
      kind = opcode;
      return Sent.ON_ITS_WAY;
    }
    if (sender != null) {
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
