package io.tautline.deflate;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses the messages of one direction of one connection (RFC 7692 §7.2.2), piece by piece:
 * it never holds more than one buffer, so whoever takes the pieces bounds the whole.
 *
 * <p>Used by one thread at a time.
 */
public final class MessageInflater {
  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

  /**
   * Takes what has been decompressed.
   *
   * @param <E> how it refuses to take more
   */
  public interface Sink<E extends Exception> {
    /** A piece of a message, the last of which may be empty; valid during the call. */
    void inflated(byte[] bytes, int from, int to, boolean last) throws E;
  }

  private final DeflatePool pool;
  private final boolean takeover;

  /** While a message is under way, or always with takeover. */
  private @Nullable Inflater inflater;

  /**
   * @param noContextTakeover whether each message stands alone
   */
  public MessageInflater(DeflatePool pool, boolean noContextTakeover) {
    this.pool = pool;
    this.takeover = !noContextTakeover;
  }

  /**
   * Decompresses a part of a message.
   *
   * @param bytes not changed
   * @param last whether the message ends with it
   * @throws DataFormatException if this is no deflate data
   */
  public <E extends Exception> void inflate(
      byte[] bytes, int from, int to, boolean last, Sink<E> sink) throws DataFormatException, E {
    Inflater active = inflater;
    if (active == null) {
      active = pool.inflater();
      inflater = active;
    }
    byte[] piece = pool.buffer();
    try {
      int filled = feed(active, bytes, from, to, piece, 0, sink);
      if (last) {
        filled = feed(active, TAIL, 0, TAIL.length, piece, filled, sink);
        if (!takeover) {
          inflater = null;
          pool.release(active);
        }
      }
      if (filled > 0 || last) {
        sink.inflated(piece, 0, filled, last);
      }
    } finally {
      pool.release(piece);
    }
  }

  /** Decompresses everything given; returns how much of the last piece is filled. */
  private static <E extends Exception> int feed(
      Inflater active, byte[] bytes, int from, int to, byte[] piece, int filled, Sink<E> sink)
      throws DataFormatException, E {
    int at = filled;
    active.setInput(bytes, from, to - from);
    while (true) {
      int n = active.inflate(piece, at, piece.length - at);
      at += n;
      if (at == piece.length) {
        sink.inflated(piece, 0, at, false);
        at = 0;
      } else if (active.finished()) {
        // A final block (§7.2.3.4): what follows is a stream of its own.
        int rest = active.getRemaining();
        active.reset();
        if (rest == 0) {
          return at;
        }
        active.setInput(bytes, to - rest, rest);
      } else if (active.needsDictionary()) {
        throw new DataFormatException("a preset dictionary");
      } else if (n == 0) {
        return at; // needs more input
      }
    }
  }

  /** Lets go of everything; at the end of the connection, whether or not a message is under way. */
  public void end() {
    Inflater active = inflater;
    inflater = null;
    if (active != null) {
      pool.release(active);
    }
  }
}
