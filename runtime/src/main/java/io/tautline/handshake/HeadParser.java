package io.tautline.handshake;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one HTTP/1.1 head, of a request or a response, in a single pass and within bounds.
 *
 * <p>Strict where leniency has let requests be smuggled past proxies (RFC 9112 §11.2): lines end in
 * CR LF, no folding, no space around names, no control characters. Used for one head, then dropped.
 */
public final class HeadParser {
  private final int maxBytes;
  private final int maxFields;
  private final int maxTarget;

  /** Bytes of a head that did not arrive in one piece, else null. */
  private byte @Nullable [] held;

  private int heldBytes;

  /** How many bytes of an empty line before the head have been passed over; 2 if none may. */
  private int emptyLine = 2;

  /** How many bytes of CR LF CR LF the last bytes seen are. */
  private int matched;

  private String startLine = "";
  private Headers headers = Headers.NONE;

  /**
   * @param maxBytes longest head, 431 beyond it
   * @param maxFields most fields, 431 beyond it
   * @param maxTarget longest request target, 414 beyond it
   */
  public HeadParser(int maxBytes, int maxFields, int maxTarget) {
    this.maxBytes = maxBytes;
    this.maxFields = maxFields;
    this.maxTarget = maxTarget;
  }

  /** Passes over one empty line before the head, as a server should (RFC 9112 §2.2). */
  public HeadParser afterEmptyLine() {
    emptyLine = 0;
    return this;
  }

  /**
   * Reads on.
   *
   * @return the index after the head, where the first frame begins, or -1 if the head goes on
   * @throws HandshakeException with 400, 414 or 431; the parser must not be used after it
   */
  public int read(byte[] bytes, int from, int to) throws HandshakeException {
    int start = emptyLine < 2 ? passEmptyLine(bytes, from, to) : from;
    int end = start;
    while (end < to && matched < 4) {
      step(bytes[end++]);
    }
    if (heldBytes + (end - start) > maxBytes) {
      throw new HandshakeException(431, "head longer than " + maxBytes + " bytes (maxHeadBytes)");
    }
    if (matched == 4 && heldBytes == 0) {
      parse(bytes, start, end);
      return end;
    }
    byte[] all = hold(bytes, start, end);
    if (matched < 4) {
      return -1;
    }
    parse(all, 0, heldBytes);
    held = null;
    return end;
  }

  private int passEmptyLine(byte[] bytes, int from, int to) throws HandshakeException {
    int at = from;
    while (at < to && emptyLine < 2) {
      boolean expected = bytes[at] == (emptyLine == 0 ? '\r' : '\n');
      require(expected || emptyLine == 0, "CR without LF");
      emptyLine = expected ? emptyLine + 1 : 2;
      at += expected ? 1 : 0;
    }
    return at;
  }

  private void step(byte b) throws HandshakeException {
    if (b == '\r') {
      require(matched % 2 == 0, "CR without LF");
      matched++;
    } else if (b == '\n') {
      require(matched % 2 == 1, "LF without CR");
      matched++;
    } else {
      require(matched % 2 == 0, "CR without LF");
      require(b < 0 || (b >= ' ' && b != 0x7F) || b == '\t', "control character in head");
      matched = 0;
    }
  }

  private byte[] hold(byte[] bytes, int from, int to) {
    int need = heldBytes + (to - from);
    byte[] kept = held;
    if (kept == null) {
      kept = new byte[Math.max(512, need)];
    } else if (kept.length < need) {
      kept = Arrays.copyOf(kept, Math.max(need, Math.min(maxBytes, kept.length * 2)));
    }
    System.arraycopy(bytes, from, kept, heldBytes, to - from);
    heldBytes = need;
    held = kept;
    return kept;
  }

  private void parse(byte[] bytes, int from, int to) throws HandshakeException {
    int end = lineEnd(bytes, from);
    startLine = text(bytes, from, end);
    Headers.Builder fields = Headers.builder();
    for (int i = end + 2; i < to - 2; i = end + 2) {
      end = lineEnd(bytes, i);
      field(fields, bytes, i, end);
      if (fields.size() > maxFields) {
        throw new HandshakeException(
            431, "more than " + maxFields + " header fields (maxHeaderFields)");
      }
    }
    headers = fields.build();
  }

  private static void field(Headers.Builder fields, byte[] bytes, int from, int to)
      throws HandshakeException {
    int colon = from;
    while (colon < to && bytes[colon] != ':') {
      require(Headers.isTokenCharacter(bytes[colon]), "malformed header name");
      colon++;
    }
    require(colon > from && colon < to, "header line without a name or a colon");
    int start = colon + 1;
    int end = to;
    while (start < end && (bytes[start] == ' ' || bytes[start] == '\t')) {
      start++;
    }
    while (end > start && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
      end--;
    }
    fields.addChecked(KnownWords.text(bytes, from, colon), KnownWords.text(bytes, start, end));
  }

  /** Returns the index of the CR that ends the line; {@link #step} made sure there is one. */
  private static int lineEnd(byte[] bytes, int from) {
    int i = from;
    while (bytes[i] != '\r') {
      i++;
    }
    return i;
  }

  /** Returns the head read, as a request. */
  public RequestHead request() throws HandshakeException {
    int first = startLine.indexOf(' ');
    int last = startLine.lastIndexOf(' ');
    require(first > 0 && last > first + 1, "malformed request line");
    String method = startLine.startsWith("GET ") ? "GET" : startLine.substring(0, first);
    String target = startLine.substring(first + 1, last);
    String version = startLine.substring(last + 1);
    require(Headers.isToken(method), "malformed method");
    require(isHttpVersion(version), "malformed HTTP version");
    if (!version.equals("HTTP/1.1")) {
      throw new HandshakeException(505, "only HTTP/1.1 is spoken here");
    }
    if (target.length() > maxTarget) {
      throw new HandshakeException(
          414, "request target longer than " + maxTarget + " bytes (maxTargetBytes)");
    }
    return new RequestHead(method, originForm(target), headers);
  }

  /** Returns the target as a path with query; a full URI is cut down to that (RFC 9112 §3.2.2). */
  private static String originForm(String target) throws HandshakeException {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      require(c > ' ' && c < 0x7F && c != '#', "illegal character in request target");
    }
    if (target.startsWith("/")) {
      return target;
    }
    int scheme = target.indexOf("://");
    require(scheme > 0, "malformed request target");
    int slash = target.indexOf('/', scheme + 3);
    int mark = target.indexOf('?', scheme + 3);
    if (mark >= 0 && (slash < 0 || mark < slash)) {
      return "/" + target.substring(mark);
    }
    return slash < 0 ? "/" : target.substring(slash);
  }

  /** Returns the head read, as a response. */
  public ResponseHead response() throws HandshakeException {
    require(
        startLine.length() >= 12
            && isHttpVersion(startLine.substring(0, 8))
            && startLine.startsWith("HTTP/1.")
            && startLine.charAt(8) == ' '
            && (startLine.length() == 12 || startLine.charAt(12) == ' '),
        "malformed status line");
    int status = 0;
    for (int i = 9; i < 12; i++) {
      int digit = startLine.charAt(i) - '0';
      require(digit >= 0 && digit <= 9, "malformed status line");
      status = status * 10 + digit;
    }
    String reason = startLine.length() > 13 ? startLine.substring(13) : "";
    return new ResponseHead(status, reason, headers);
  }

  private static boolean isHttpVersion(String version) {
    return version.length() == 8
        && version.startsWith("HTTP/")
        && Character.digit(version.charAt(5), 10) >= 0
        && version.charAt(6) == '.'
        && Character.digit(version.charAt(7), 10) >= 0;
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static void require(boolean kept, String rule) throws HandshakeException {
    if (!kept) {
      throw new HandshakeException(400, rule);
    }
  }
}
