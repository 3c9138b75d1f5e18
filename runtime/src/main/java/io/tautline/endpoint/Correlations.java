package io.tautline.endpoint;

import io.tautline.spi.MessageCodec.Correlation;
import jakarta.websocket.EncodeException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The number of a question or an answer: the first member of a JSON object, {@code "id"} or {@code
 * "re"}. Being the first it is found without parsing, and written without knowing the rest.
 */
final class Correlations {
  private static final int MOST_DIGITS = 18;

  private Correlations() {}

  /** Returns the number that a message begins with, or null. */
  static @Nullable Correlation read(byte[] bytes, int from, int to) {
    int at = skipSpace(bytes, from, to);
    if (at == to || bytes[at] != '{') {
      return null;
    }
    at = skipSpace(bytes, at + 1, to);
    boolean answer = is(bytes, at, to, 'r', 'e');
    if (!answer && !is(bytes, at, to, 'i', 'd')) {
      return null;
    }
    at = skipSpace(bytes, at + 4, to);
    if (at == to || bytes[at] != ':') {
      return null;
    }
    at = skipSpace(bytes, at + 1, to);
    int begin = at;
    long number = 0;
    while (at < to && bytes[at] >= '0' && bytes[at] <= '9' && at - begin < MOST_DIGITS) {
      number = 10 * number + bytes[at++] - '0';
    }
    int end = skipSpace(bytes, at, to);
    boolean whole = at > begin && end < to && (bytes[end] == ',' || bytes[end] == '}');
    return whole ? new Correlation(number, answer) : null;
  }

  private static boolean is(byte[] bytes, int at, int to, char first, char second) {
    return to - at > 4
        && bytes[at] == '"'
        && bytes[at + 1] == first
        && bytes[at + 2] == second
        && bytes[at + 3] == '"';
  }

  private static int skipSpace(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to
        && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
      at++;
    }
    return at;
  }

  /**
   * Returns a JSON object that begins with the number.
   *
   * @throws EncodeException if the message is no object
   */
  static byte[] write(byte[] message, Correlation correlation) throws EncodeException {
    if (message.length < 2 || message[0] != '{') {
      throw new EncodeException(
          message,
          "a question or an answer is a JSON object; send a record, not a value or a list");
    }
    return first((correlation.answer() ? "\"re\":" : "\"id\":") + correlation.number(), message);
  }

  /** Returns a JSON object with one more member, before the others. */
  static byte[] first(String member, byte[] object) {
    boolean empty = object[1] == '}';
    byte[] head = ('{' + member + (empty ? "" : ",")).getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[head.length + object.length - 1];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(object, 1, all, head.length, object.length - 1);
    return all;
  }
}
