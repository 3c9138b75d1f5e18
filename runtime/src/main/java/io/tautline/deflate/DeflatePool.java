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

  /** A compressor and its level, which is set but once: to change it writes a block of its own. */
  record Compressor(Deflater deflater, int level) {}

  private final int max;
  private final ArrayDeque<Compressor> compressors = new ArrayDeque<>();
  private final ArrayDeque<Inflater> inflaters = new ArrayDeque<>();
  private final ArrayDeque<byte[]> buffers = new ArrayDeque<>();

  /**
   * @param max most of each kind kept
   */
  public DeflatePool(int max) {
    this.max = max;
  }

  /** Returns a compressor of that level, as new. */
  synchronized Compressor compressor(int level) {
    Compressor kept = compressors.pollLast();
    if (kept != null && kept.level == level) {
      return kept;
    }
    if (kept != null) {
      kept.deflater.end();
    }
    return new Compressor(new Deflater(level, true), level);
  }

  synchronized void release(Compressor compressor) {
    if (compressors.size() < max) {
      compressor.deflater.reset();
      compressors.add(compressor);
    } else {
      compressor.deflater.end();
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
    compressors.forEach(one -> one.deflater.end());
    compressors.clear();
    inflaters.forEach(Inflater::end);
    inflaters.clear();
    buffers.clear();
  }
}
