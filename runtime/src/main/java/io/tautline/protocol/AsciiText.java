package io.tautline.protocol;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Copies a text of ASCII characters into an array, without an array of its own between.
 *
 * <p>{@link String#getBytes(java.nio.charset.Charset)} makes a new array each time; for long texts
 * that is a third of what an echo costs, since new memory is cold. Since Java 22 a {@code
 * MemorySegment} takes the UTF-8 of a text, with a zero behind it, but does not tell how long it
 * was. UTF-8 has at least as many bytes as a text has characters, and no byte 0xFF. So one such
 * byte, put where the first byte behind that zero comes, is still there afterwards exactly if there
 * were as many bytes as characters.
 */
final class AsciiText {
  private static final byte MARK = (byte) 0xFF;

  /** Takes the array, the index and the text; null before Java 22. */
  private static final @Nullable MethodHandle PUT = find();

  private AsciiText() {}

  private static @Nullable MethodHandle find() {
    try {
      Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      MethodHandle of =
          lookup.findStatic(segment, "ofArray", MethodType.methodType(segment, byte[].class));
      MethodHandle put =
          lookup.findVirtual(
              segment, "setString", MethodType.methodType(void.class, long.class, String.class));
      return MethodHandles.collectArguments(put, 0, of);
    } catch (ReflectiveOperationException olderJava) {
      return null;
    }
  }

  static boolean isPossible() {
    return PUT != null;
  }

  /**
   * Returns how many bytes {@link #put} wants behind the index: those of the text, a zero, one
   * more.
   */
  static long room(int length) {
    return length + 2L;
  }

  /**
   * Copies a text; changes bytes behind it, too, to the end of the array.
   *
   * @param out with {@link #room}
   * @return whether there are as many bytes as characters; if not, they are of no use
   */
  static boolean put(String text, byte[] out, int at) {
    MethodHandle put = PUT;
    if (put == null) {
      return false;
    }
    int behind = at + text.length() + 1;
    out[behind] = MARK;
    try {
      put.invokeExact(out, (long) at, text);
    } catch (IndexOutOfBoundsException moreBytesThanCharacters) {
      return false;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    return out[behind] == MARK;
  }
}
