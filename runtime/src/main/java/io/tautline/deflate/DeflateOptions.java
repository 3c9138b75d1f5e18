package io.tautline.deflate;

/**
 * What an application wants of compression.
 *
 * @param contextTakeover whether messages may refer to earlier ones: smaller messages, but each
 *     connection then holds its own compressor and decompressor, some 350 KiB
 * @param maxWindowBits how far back our messages refer at most, 8 to 15
 * @param level of {@link java.util.zip.Deflater}: 1 is fastest, 9 is smallest, -1 the usual
 * @param minBytes shorter messages are sent as they are
 * @param keepsClientContext whether a server without context takeover compresses connections whose
 *     client does not offer to do without it, too: it then holds {@link #CLIENT_CONTEXT_BYTES} for
 *     each, as long as {@code maxUnfinishedBytes} has room; otherwise messages are not compressed
 */
public record DeflateOptions(
    boolean contextTakeover,
    int maxWindowBits,
    int level,
    int minBytes,
    boolean keepsClientContext) {
  /** What it takes to decompress messages that refer to earlier ones: a window and its tables. */
  public static final int CLIENT_CONTEXT_BYTES = 48 * 1024;

  /**
   * Without context takeover, so an idle connection holds nothing if its client offers that, as
   * browsers do not: then it holds the client's context; from 1 KiB on; at level 3, which takes
   * half to nine tenths of the time of the usual 6 and makes messages 2 to 9 % longer.
   */
  public static final DeflateOptions DEFAULT = new DeflateOptions(false, 15, 3, 1024);

  /** Makes options that keep the context of clients that do not offer to do without it. */
  public DeflateOptions(boolean contextTakeover, int maxWindowBits, int level, int minBytes) {
    this(contextTakeover, maxWindowBits, level, minBytes, true);
  }

  /** Checks the numbers. */
  public DeflateOptions {
    if (maxWindowBits < 8 || maxWindowBits > 15) {
      throw new IllegalArgumentException("window bits are 8 to 15, not " + maxWindowBits);
    }
    if (level < -1 || level > 9) {
      throw new IllegalArgumentException("a level is -1 to 9, not " + level);
    }
  }
}
