package io.tautline.connection;

import io.tautline.protocol.Opcode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The order of messages: the frames of one are never mixed with those of another (RFC 6455 §5.4),
 * so whole messages wait while a sender is in the middle of a message. Messages that may be dropped
 * wait here too, while the socket takes nothing, and so does everything sent after them. What waits
 * is neither framed nor compressed yet, so it can be dropped without harm to the messages behind
 * it. Guarded by its {@link Outbound}.
 */
final class MessageOrder {
  /**
   * A whole message that waits.
   *
   * @param shared whether other peers receive it too
   * @param key by which it may be dropped or replaced; null if it must be sent
   * @param reply whether it was sent in the connection's own turn
   */
  record Waiting(
      OutgoingMessage message,
      boolean shared,
      @Nullable Object key,
      boolean reply,
      @Nullable Completion completion) {
    int size() {
      return message.size();
    }

    boolean has(Object other) {
      return other.equals(key);
    }
  }

  private final Completions completions;

  /** The sender in the middle of a message, or null. */
  private @Nullable Object owner;

  /** The opcode of that message. */
  private int kind;

  /** When its last part was sent. */
  private long partAt;

  private @Nullable ArrayDeque<Waiting> waiting;
  private int bytes;
  private int replies;
  private int replyBytes;

  MessageOrder(Completions completions) {
    this.completions = completions;
  }

  /** Returns whether a message has been begun and not ended. */
  boolean isOpen() {
    return owner != null;
  }

  /** Returns whether another sender than {@code sender} is in the middle of a message. */
  boolean isOpenBeside(@Nullable Object sender) {
    return owner != null && owner != sender;
  }

  /** Returns whether {@code sender} is in the middle of a message. */
  boolean isOpenFor(Object sender) {
    return owner == sender;
  }

  /** Returns when the last part of the open message was sent. */
  long partAt() {
    return partAt;
  }

  /** Returns whether whole messages wait. */
  boolean hasWaiting() {
    return waiting != null;
  }

  /** Returns how many messages wait. */
  int size() {
    ArrayDeque<Waiting> all = waiting;
    return all == null ? 0 : all.size();
  }

  /** Returns how many bytes wait. */
  int bytes() {
    return bytes;
  }

  /** Returns how many replies wait. */
  int replies() {
    return replies;
  }

  /** Returns how many bytes of replies wait. */
  int replyBytes() {
    return replyBytes;
  }

  /**
   * Returns the opcode of the frame with which {@code sender} continues its message, or begins one.
   *
   * @throws IllegalStateException if its open message is of the other kind
   */
  int opcode(@Nullable Object sender, int opcode) {
    if (owner == null || owner != sender) {
      return opcode;
    }
    if (kind != opcode) {
      throw new IllegalStateException(
          "a message of the other kind is open; finish it (last = true) before sending this one");
    }
    return Opcode.CONTINUATION;
  }

  /** Notes that {@code sender} sends a part of its message. */
  void part(@Nullable Object sender, boolean fin, int opcode) {
    owner = fin ? null : sender;
    kind = opcode;
    if (!fin) {
      partAt = System.nanoTime();
    }
  }

  /** Has a whole message wait. */
  void add(Waiting message) {
    ArrayDeque<Waiting> all = waiting;
    if (all == null) {
      all = new ArrayDeque<>(4);
    }
    all.add(message);
    waiting = all;
    added(message);
  }

  /** Takes the next message that waits; null if there is none. */
  @Nullable Waiting next() {
    ArrayDeque<Waiting> all = waiting;
    Waiting next = all == null ? null : all.poll();
    if (next != null) {
      removed(next);
    }
    if (all != null && all.isEmpty()) {
      waiting = null;
    }
    return next;
  }

  private void added(Waiting message) {
    bytes += message.size();
    replies += message.reply ? 1 : 0;
    replyBytes += message.reply ? message.size() : 0;
  }

  private void removed(Waiting message) {
    bytes -= message.size();
    replies -= message.reply ? 1 : 0;
    replyBytes -= message.reply ? message.size() : 0;
  }

  /**
   * Puts a message where the first with its key waits, and drops all others that have it; does
   * nothing if none waits.
   */
  boolean replace(Waiting newer) {
    ArrayDeque<Waiting> all = waiting;
    Object key = newer.key();
    if (all == null || key == null || all.stream().noneMatch(one -> one.has(key))) {
      return false;
    }
    ArrayDeque<Waiting> renewed = new ArrayDeque<>(all.size());
    boolean placed = false;
    for (Waiting one : all) {
      if (!one.has(key)) {
        renewed.add(one);
      } else {
        removed(one);
        completions.add(one.completion(), dropped("a newer message took its place"));
        if (!placed) {
          placed = true;
          renewed.add(newer);
          added(newer);
        }
      }
    }
    waiting = renewed;
    return true;
  }

  /**
   * Drops the message that has waited longest and may be dropped; false if there is none.
   *
   * @param except is not dropped; may be null
   */
  @SuppressWarnings("ReferenceEquality") // equal messages are different ones
  boolean dropOldest(@Nullable Waiting except) {
    ArrayDeque<Waiting> all = waiting;
    if (all == null) {
      return false;
    }
    for (Iterator<Waiting> each = all.iterator(); each.hasNext(); ) {
      Waiting one = each.next();
      if (one.key() != null && one != except) {
        each.remove();
        removed(one);
        completions.add(one.completion(), dropped("a newer message needed the room"));
        if (all.isEmpty()) {
          waiting = null;
        }
        return true;
      }
    }
    return false;
  }

  private static IOException dropped(String why) {
    return new IOException("slow consumer: dropped because " + why);
  }

  /** Fails everything that waits, and ends the open message. */
  void fail(IOException cause) {
    ArrayDeque<Waiting> all = waiting;
    owner = null;
    waiting = null;
    bytes = 0;
    replies = 0;
    replyBytes = 0;
    if (all != null) {
      all.forEach(one -> completions.add(one.completion(), cause));
    }
  }
}
