package io.tautline.deflate;

import java.util.ArrayDeque;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compressors and decompressors for messages that refer to nothing before them, so that only
 * messages under way hold one. Bounded; what does not fit is let go of.
 *
 * <p>Safe for use by several threads at once.
 */
public final class DeflatePool implements AutoCloseable {
  /** The size of a fresh buffer. */
  static final int BUFFER_BYTES = 16 * 1024;

  private static final int LARGEST_KEPT = 128 * 1024;

  private final int max;
  private final ArrayDeque<Deflater> deflaters = new ArrayDeque<>();
  private final ArrayDeque<Inflater> inflaters = new ArrayDeque<>();
  private final ArrayDeque<byte[]> buffers = new ArrayDeque<>();

  /**
   * @param max most of each kind kept
   */
  public DeflatePool(int max) {
    this.max = max;
  }

  /** Returns a compressor of that level, as new. */
  synchronized Deflater deflater(int level) {
    Deflater deflater = deflaters.pollLast();
    if (deflater == null) {
      return new Deflater(level, true);
    }
    deflater.setLevel(level);
    return deflater;
  }

  synchronized void release(Deflater deflater) {
    if (deflaters.size() < max) {
      deflater.reset();
      deflaters.add(deflater);
    } else {
      deflater.end();
    }
  }

  /** Returns a decompressor, as new. */
  synchronized Inflater inflater() {
    Inflater inflater = inflaters.pollLast();
    return inflater == null ? new Inflater(true) : inflater;
  }

  synchronized void release(Inflater inflater) {
    if (inflaters.size() < max) {
      inflater.reset();
      inflaters.add(inflater);
    } else {
      inflater.end();
    }
  }

  /** Returns a buffer of at least {@link #BUFFER_BYTES}, with anything in it. */
  synchronized byte[] buffer() {
    byte[] buffer = buffers.pollLast();
    return buffer == null ? new byte[BUFFER_BYTES] : buffer;
  }

  synchronized void release(byte[] buffer) {
    if (buffers.size() < max && buffer.length <= LARGEST_KEPT) {
      buffers.add(buffer);
    }
  }

  /** Lets everything go; what is released later is kept no more than at any time. */
  @Override
  public synchronized void close() {
    deflaters.forEach(Deflater::end);
    deflaters.clear();
    inflaters.forEach(Inflater::end);
    inflaters.clear();
    buffers.clear();
  }
}
