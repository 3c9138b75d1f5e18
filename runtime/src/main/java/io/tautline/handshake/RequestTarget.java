package io.tautline.handshake;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The target of a request: as tolerant as browsers need, and as strict as routing needs.
 *
 * <p>Browsers send some characters unescaped that RFC 3986 does not allow in a URI ({@code { } | ^
 * `} and others); they stand for themselves. A path that has two meanings is refused: encoded
 * separators, bytes that are not UTF-8.
 */
public final class RequestTarget {
  /** The characters of a path or query other than letters and digits (RFC 3986 §3.3, §3.4). */
  private static final String LEGAL = "-._~!$&'()*+,;=:@/?";

  private static final String HEX = "0123456789ABCDEF";

  private RequestTarget() {}

  /**
   * Returns a path decoded, and without the segments {@code .} and {@code ..} (RFC 3986 §6.2.2).
   *
   * @param raw begins with a slash
   * @throws HandshakeException with 400, if it is malformed or not UTF-8
   */
  public static String path(String raw) throws HandshakeException {
    if (raw.indexOf('\\') >= 0) {
      throw new HandshakeException(400, "backslash in the path");
    }
    String decoded = raw.indexOf('%') < 0 ? raw : decode(raw);
    return decoded.contains("/.") ? withoutDots(decoded) : decoded;
  }

  private static String decode(String raw) throws HandshakeException {
    byte[] bytes = new byte[raw.length()];
    int size = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        int octet = octet(raw, i);
        if (octet < 0) {
          throw new HandshakeException(400, "malformed percent-encoding in the path");
        }
        if (octet == '/' || octet == '\\' || octet == 0) {
          throw new HandshakeException(400, "encoded separator in the path");
        }
        bytes[size++] = (byte) octet;
        i += 2;
      } else {
        bytes[size++] = (byte) c;
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, size)).toString();
    } catch (CharacterCodingException e) {
      throw new HandshakeException(400, "the path is not UTF-8");
    }
  }

  /** Returns the octet that two hexadecimal digits behind a percent sign stand for, or -1. */
  private static int octet(String text, int percent) {
    if (percent + 2 >= text.length()) {
      return -1;
    }
    int high = digit(text.charAt(percent + 1));
    int low = digit(text.charAt(percent + 2));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static int digit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  /** Returns a path that begins with a slash without the segments {@code .} and {@code ..}. */
  static String withoutDots(String path) {
    List<String> kept = new ArrayList<>();
    String[] segments = path.split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      String segment = segments[i];
      boolean up = segment.equals("..");
      if (up && !kept.isEmpty()) {
        kept.remove(kept.size() - 1);
      }
      boolean dots = up || segment.equals(".");
      if (!dots) {
        kept.add(segment);
      } else if (i == segments.length - 1) {
        kept.add(""); // what is left is a folder
      }
    }
    return "/" + String.join("/", kept);
  }

  /** Returns a target with every character escaped that a URI cannot contain. */
  public static String escaped(String target) {
    StringBuilder text = null;
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (isLegal(target, i)) {
        if (text != null) {
          text.append(c);
        }
      } else {
        if (text == null) {
          text = new StringBuilder(target.length() + 8).append(target, 0, i);
        }
        escape(text, c);
      }
    }
    return text == null ? target : text.toString();
  }

  /** Appends a character, one of a byte, in percent-encoding. */
  static void escape(StringBuilder text, char c) {
    text.append('%').append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
  }

  /** Returns whether a path or query may contain the character at {@code i} as it is. */
  static boolean isLegal(String text, int i) {
    char c = text.charAt(i);
    return isLegal(c) || (c == '%' && octet(text, i) >= 0);
  }

  private static boolean isLegal(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || LEGAL.indexOf(c) >= 0;
  }
}
