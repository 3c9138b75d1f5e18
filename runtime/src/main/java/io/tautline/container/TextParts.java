package io.tautline.container;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Turns the parts of one text message, which may be cut inside a character, into strings. */
final class TextParts {
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

  /** The beginning of a character whose end is in the next part. */
  private byte[] cut = {};

  /** Returns the characters that are complete with this part; the text has been validated. */
  String next(byte[] bytes, int from, int to, boolean last) {
    byte[] all = new byte[cut.length + to - from];
    System.arraycopy(cut, 0, all, 0, cut.length);
    System.arraycopy(bytes, from, all, cut.length, to - from);
    ByteBuffer in = ByteBuffer.wrap(all);
    CharBuffer out = CharBuffer.allocate(all.length);
    decoder.decode(in, out, last);
    cut = new byte[in.remaining()];
    in.get(cut);
    if (last) {
      decoder.reset();
    }
    return out.flip().toString();
  }
}
