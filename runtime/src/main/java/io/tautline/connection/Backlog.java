package io.tautline.connection;

import io.tautline.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a socket would not take yet, in order, with whom to tell; guarded by its {@link Outbound}.
 */
final class Backlog {
  /**
   * @param key by which it may be dropped as long as none of it has been written; null if it may
   *     not
   */
  private record Piece(ByteBuffer bytes, @Nullable Object key, @Nullable Completion completion) {
    boolean mayBeDropped() {
      return key != null && bytes.position() == 0;
    }

    boolean has(Object other) {
      return mayBeDropped() && other.equals(key);
    }
  }

  private @Nullable ArrayDeque<Piece> pieces;
  private int bytes;

  /** When bytes last left, or began to wait. */
  private volatile long progressAt;

  private volatile boolean waiting;

  /** Returns whether anything waits; from any thread. */
  boolean isWaiting() {
    return waiting;
  }

  /** Returns when bytes last left or began to wait; meaningful while something waits. */
  long progressAt() {
    return progressAt;
  }

  /** Returns how many bytes wait. */
  int bytes() {
    return bytes;
  }

  /** Returns whether a message of that size may wait too; one message of any size may. */
  boolean hasRoom(int size, Limits limits) {
    ArrayDeque<Piece> all = pieces;
    return all == null
        || (size <= limits.maxQueuedBytes() - bytes && all.size() < limits.maxQueuedMessages());
  }

  void add(ByteBuffer rest, @Nullable Object key, @Nullable Completion completion) {
    ArrayDeque<Piece> all = pieces;
    if (all == null) {
      all = new ArrayDeque<>(4);
      pieces = all;
      progressAt = System.nanoTime();
      waiting = true;
    }
    all.add(new Piece(rest, key, completion));
    bytes += rest.remaining();
  }

  /**
   * Writes as far as the socket takes it.
   *
   * @param tell called with the completion of each piece that has been written
   * @return whether nothing waits any more
   */
  boolean drain(Wire wire, BiConsumer<@Nullable Completion, @Nullable IOException> tell)
      throws IOException {
    ArrayDeque<Piece> all = pieces;
    if (all == null) {
      return true;
    }
    for (Piece piece = all.peek(); piece != null; piece = all.peek()) {
      int before = piece.bytes.remaining();
      wire.write(piece.bytes);
      int written = before - piece.bytes.remaining();
      bytes -= written;
      if (written > 0) {
        progressAt = System.nanoTime();
      }
      if (piece.bytes.hasRemaining() || wire.pending()) {
        return false;
      }
      all.remove();
      tell.accept(piece.completion, null);
    }
    pieces = null;
    waiting = false;
    return true;
  }

  /**
   * Drops messages, those that have waited longest first, until one of that size may wait; none at
   * all if that is not enough.
   */
  boolean dropOldest(int size, Limits limits, Completions completions) {
    ArrayDeque<Piece> all = pieces;
    if (all == null) {
      return true;
    }
    int kept = 0;
    int keptBytes = 0;
    for (Piece piece : all) {
      if (!piece.mayBeDropped()) {
        kept++;
        keptBytes += piece.bytes.remaining();
      }
    }
    boolean fits =
        kept == 0
            || (size <= limits.maxQueuedBytes() - keptBytes && kept < limits.maxQueuedMessages());
    if (!fits) {
      return false;
    }
    Iterator<Piece> each = all.iterator();
    while (!all.isEmpty() && !hasRoom(size, limits)) {
      Piece piece = each.next();
      if (piece.mayBeDropped()) {
        each.remove();
        bytes -= piece.bytes.remaining();
        completions.add(
            piece.completion,
            new IOException("slow consumer: dropped to make room for a newer message"));
      }
    }
    if (all.isEmpty()) {
      pieces = null;
      waiting = false;
    }
    return true;
  }

  /**
   * Puts a message where the first with that key waits, and drops all that have it; or does
   * nothing, if there is none, or the newer one is too long for what is left.
   */
  boolean replace(
      Object key,
      ByteBuffer newer,
      Limits limits,
      @Nullable Completion completion,
      Completions completions) {
    ArrayDeque<Piece> all = pieces;
    if (all == null || all.stream().noneMatch(piece -> piece.has(key))) {
      return false;
    }
    int others =
        all.stream().filter(piece -> !piece.has(key)).mapToInt(one -> one.bytes.remaining()).sum();
    if (others > 0 && newer.remaining() > limits.maxQueuedBytes() - others) {
      return false;
    }
    ArrayDeque<Piece> renewed = new ArrayDeque<>(all.size());
    boolean placed = false;
    for (Piece piece : all) {
      if (piece.has(key)) {
        bytes -= piece.bytes.remaining();
        if (!placed) {
          placed = true;
          bytes += newer.remaining();
          renewed.add(new Piece(newer, key, completion));
        }
        completions.add(
            piece.completion,
            new IOException("slow consumer: dropped because a newer message took its place"));
      } else {
        renewed.add(piece);
      }
    }
    pieces = renewed;
    return true;
  }

  /** Drops everything and tells why. */
  void fail(IOException cause, BiConsumer<@Nullable Completion, @Nullable IOException> tell) {
    ArrayDeque<Piece> all = pieces;
    pieces = null;
    bytes = 0;
    waiting = false;
    if (all != null) {
      all.forEach(piece -> tell.accept(piece.completion, cause));
    }
  }
}
