package io.tautline.deflate;

import io.tautline.deflate.DeflatePool.Compressor;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the messages of one direction of one connection (RFC 7692 §7.2.1).
 *
 * <p>{@code java.util.zip} always works with a window of 32 KiB. To keep to a smaller one, input is
 * compressed in segments no longer than the window, each ended with a full flush, so that no
 * reference can reach further back.
 *
 * <p>Used by one thread at a time.
 */
public final class MessageDeflater {
  /** The empty block at the end of a flush, which a message leaves out (§7.2.1). */
  private static final int TAIL_BYTES = 4;

  /** Room that zlib wants, lest it repeat the marker of a flush. */
  private static final int SPARE = 64;

  private final DeflatePool pool;
  private final boolean takeover;
  private final int window;
  private final int level;

  /** While a message is under way, or always with takeover. */
  private @Nullable Compressor compressor;

  /** What the last call wrote, until {@link #release}. */
  private byte @Nullable [] out;

  private int length;

  /**
   * @param noContextTakeover whether each message stands alone
   * @param windowBits how far back a message may refer, as a power of two
   * @param level see {@link DeflateOptions#level}
   */
  public MessageDeflater(DeflatePool pool, boolean noContextTakeover, int windowBits, int level) {
    this.pool = pool;
    this.takeover = !noContextTakeover;
    this.window = windowBits == 15 ? Integer.MAX_VALUE : 1 << windowBits;
    this.level = level;
  }

  /**
   * Compresses a part of a message.
   *
   * @param last whether the message ends with it
   * @return the compressed bytes, from 0 to {@link #length}; valid until {@link #release}
   */
  public byte[] deflate(byte[] bytes, int from, int to, boolean last) {
    Compressor used = compressor;
    if (used == null) {
      used = pool.compressor(level);
      compressor = used;
    }
    Deflater active = used.deflater();
    byte[] buffer = out == null ? pool.buffer() : out;
    length = 0;
    int at = from;
    do {
      int end = to - at > window ? at + window : to;
      active.setInput(bytes, at, end - at);
      buffer =
          drain(
              active,
              window == Integer.MAX_VALUE ? Deflater.SYNC_FLUSH : Deflater.FULL_FLUSH,
              buffer);
      at = end;
    } while (at < to);
    if (last) {
      length -= TAIL_BYTES;
      if (length <= 0) { // an empty message is one empty block, not nothing (§7.2.3.6)
        buffer[0] = 0;
        length = 1;
      }
      if (!takeover) {
        compressor = null;
        pool.release(used);
      }
    }
    out = buffer;
    return buffer;
  }

  private byte[] drain(Deflater active, int flush, byte[] into) {
    byte[] buffer = into;
    do {
      if (buffer.length - length < SPARE) {
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
      length += active.deflate(buffer, length, buffer.length - length, flush);
    } while (length == buffer.length);
    return buffer;
  }

  /** Returns whether a message may refer to those before it. */
  public boolean takeover() {
    return takeover;
  }

  /** Returns a number that two deflaters without takeover share if they write the same. */
  public int setting() {
    return 31 * window + level;
  }

  /** Returns how many bytes the last call wrote. */
  public int length() {
    return length;
  }

  /** Gives back what the last call returned, once it has been used. */
  public void release() {
    byte[] buffer = out;
    out = null;
    if (buffer != null) {
      pool.release(buffer);
    }
  }

  /** Lets go of everything; at the end of the connection, whether or not a message is under way. */
  public void end() {
    Compressor used = compressor;
    compressor = null;
    if (used != null) {
      pool.release(used);
    }
  }
}
