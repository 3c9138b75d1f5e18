package io.tautline.handshake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The words that stand in nearly every head, as Strings that all sessions share: a session keeps
 * its request, and half of that is the same for all.
 */
final class KnownWords {
  private static final List<List<String>> BY_LENGTH = new ArrayList<>();

  static {
    for (String word :
        new String[] {
          "Host",
          "Upgrade",
          "Connection",
          "Sec-WebSocket-Key",
          "Sec-WebSocket-Version",
          "Sec-WebSocket-Extensions",
          "Sec-WebSocket-Protocol",
          "Sec-WebSocket-Accept",
          "Origin",
          "User-Agent",
          "Accept-Encoding",
          "Accept-Language",
          "Cache-Control",
          "Pragma",
          "Cookie",
          "Authorization",
          "X-Forwarded-For",
          "X-Forwarded-Proto",
          "websocket",
          "upgrade",
          "keep-alive, Upgrade",
          "13",
          "no-cache",
          "permessage-deflate",
          "permessage-deflate; client_max_window_bits",
          "gzip, deflate, br, zstd"
        }) {
      while (BY_LENGTH.size() <= word.length()) {
        BY_LENGTH.add(new ArrayList<>(2));
      }
      BY_LENGTH.get(word.length()).add(word);
    }
  }

  private KnownWords() {}

  /** Returns the characters of the range: one of the words if they are the same. */
  static String text(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length < BY_LENGTH.size()) {
      List<String> words = BY_LENGTH.get(length);
      for (int w = 0; w < words.size(); w++) {
        String word = words.get(w);
        int i = 0;
        while (i < length && word.charAt(i) == bytes[from + i]) {
          i++;
        }
        if (i == length) {
          return word;
        }
      }
    }
    return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
  }
}
