package io.tautline.handshake;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a server's Location leads to (RFC 9110 §10.2.2). */
public final class Redirect {
  /** RFC 3986, appendix B. */
  private static final Pattern REFERENCE =
      Pattern.compile("(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#.*)?");

  private Redirect() {}

  /**
   * Resolves a reference (RFC 3986 §5.2), which may contain characters that no URI may: they are
   * escaped. A fragment is dropped, since WebSocket URIs have none; {@code http} stands for {@code
   * ws}.
   *
   * @param location the field as it came, a character for each byte
   * @throws IllegalArgumentException if that makes no URI
   */
  public static URI resolve(URI from, String location) {
    Matcher parts = REFERENCE.matcher(escaped(location));
    if (!parts.matches()) {
      throw new IllegalArgumentException("no URI reference");
    }
    String scheme = parts.group(1);
    String authority = parts.group(2);
    String path = parts.group(3);
    String query = parts.group(4);
    if (scheme != null || authority != null) {
      return uri(scheme == null ? from.getScheme() : scheme, authority, clean(path), query);
    }
    String before = from.getRawPath();
    if (path.isEmpty()) {
      String kept = query == null ? from.getRawQuery() : query;
      return uri(from.getScheme(), from.getRawAuthority(), before, kept);
    }
    String folder = before.substring(0, before.lastIndexOf('/') + 1);
    String merged = path.startsWith("/") ? path : (folder.isEmpty() ? "/" : folder) + path;
    return uri(from.getScheme(), from.getRawAuthority(), clean(merged), query);
  }

  private static URI uri(
      String scheme, @Nullable String authority, String path, @Nullable String query) {
    String name =
        switch (scheme.toLowerCase(Locale.ROOT)) {
          case "http" -> "ws";
          case "https" -> "wss";
          default -> scheme;
        };
    return URI.create(
        name
            + "://"
            + (authority == null ? "" : authority)
            + path
            + (query == null ? "" : "?" + query));
  }

  /** Removes the segments {@code .} and {@code ..}. */
  private static String clean(String path) {
    return path.contains("/.") ? RequestTarget.withoutDots(path) : path;
  }

  private static String escaped(String location) {
    byte[] bytes = location.getBytes(StandardCharsets.ISO_8859_1);
    StringBuilder text = new StringBuilder(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      char c = (char) (bytes[i] & 0xff);
      boolean bracket = c == '[' || c == ']'; // of an IPv6 address
      if (c == '#' || bracket || RequestTarget.isLegal(location, i)) {
        text.append(c);
      } else {
        RequestTarget.escape(text, c);
      }
    }
    return text.toString();
  }
}
