package io.tautline.connection;

import io.tautline.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a socket would not take yet, in order, with the callbacks to run once they have
 * left; guarded by its {@link Outbound}.
 */
final class Backlog {
  /**
   * @param reply whether it was sent in the connection's own turn
   */
  private record Piece(ByteBuffer bytes, boolean reply, @Nullable Completion completion) {}

  private @Nullable ArrayDeque<Piece> pieces;
  private int bytes;
  private int replies;
  private int replyBytes;

  /** When bytes last left, or began to wait; 0 until then. */
  private volatile long progressAt;

  private volatile boolean waiting;

  /** Returns whether anything waits; from any thread. */
  boolean isWaiting() {
    return waiting;
  }

  /** Returns when bytes last left, or began to wait; 0 if none ever did. From any thread. */
  long progressAt() {
    return progressAt;
  }

  /** Returns how many bytes wait. */
  int bytes() {
    return bytes;
  }

  /** Returns how many pieces of replies wait. */
  int replies() {
    return replies;
  }

  /** Returns how many bytes of replies wait. */
  int replyBytes() {
    return replyBytes;
  }

  /** Returns how many pieces wait. */
  int size() {
    ArrayDeque<Piece> all = pieces;
    return all == null ? 0 : all.size();
  }

  void add(ByteBuffer rest, boolean reply, @Nullable Completion completion) {
    ArrayDeque<Piece> all = pieces;
    if (all == null) {
      all = new ArrayDeque<>(4);
    }
    all.add(new Piece(rest, reply, completion));
    if (pieces == null) {
      pieces = all;
      progressAt = System.nanoTime();
      waiting = true;
    }
    bytes += rest.remaining();
    replies += reply ? 1 : 0;
    replyBytes += reply ? rest.remaining() : 0;
  }

  /**
   * Writes as far as the socket takes it.
   *
   * @param completions receives the callback of each piece that has been written
   * @return whether nothing waits any more
   */
  boolean drain(Wire wire, Completions completions) throws IOException {
    ArrayDeque<Piece> all = pieces;
    if (all == null) {
      return true;
    }
    for (Piece piece = all.peek(); piece != null; piece = all.peek()) {
      int before = piece.bytes.remaining();
      wire.write(piece.bytes);
      int written = before - piece.bytes.remaining();
      bytes -= written;
      replyBytes -= piece.reply ? written : 0;
      if (written > 0) {
        progressAt = System.nanoTime();
      }
      if (piece.bytes.hasRemaining() || wire.pending()) {
        return false;
      }
      all.remove();
      replies -= piece.reply ? 1 : 0;
      completions.add(piece.completion, null);
    }
    pieces = null;
    waiting = false;
    return true;
  }

  /** Drops everything and tells why. */
  void fail(IOException cause, Completions completions) {
    ArrayDeque<Piece> all = pieces;
    pieces = null;
    bytes = 0;
    replies = 0;
    replyBytes = 0;
    waiting = false;
    if (all != null) {
      all.forEach(piece -> completions.add(piece.completion, cause));
    }
  }
}
