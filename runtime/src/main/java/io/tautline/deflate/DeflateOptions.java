package io.tautline.deflate;

/**
 * What an application wants of compression.
 *
 * @param contextTakeover whether messages may refer to earlier ones: smaller messages, but each
 *     connection then holds its own compressor and decompressor, some 350 KiB
 * @param maxWindowBits how far back our messages refer at most, 8 to 15
 * @param level of {@link java.util.zip.Deflater}: 1 is fastest, 9 is smallest, -1 the usual
 * @param minBytes shorter messages are sent as they are
 */
public record DeflateOptions(boolean contextTakeover, int maxWindowBits, int level, int minBytes) {
  /**
   * Without context takeover, so an idle connection holds nothing; from 1 KiB on; at level 3, which
   * takes half to nine tenths of the time of the usual 6 and makes messages 2 to 9 % longer.
   */
  public static final DeflateOptions DEFAULT = new DeflateOptions(false, 15, 3, 1024);

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
