package io.tautline.handshake;

import java.io.ByteArrayOutputStream;
import java.net.IDN;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A {@code ws} or {@code wss} URI (RFC 6455 §3) as clients of all kinds write it: hosts with
 * underscores, with letters beyond ASCII (IDNA), IPv6 addresses with a zone (RFC 6874), and
 * credentials, which become an {@code Authorization} field and are shown nowhere.
 *
 * @param uri in ASCII, without credentials
 * @param host a name in ASCII, or an address without brackets, with its zone
 * @param port as named, else 80 or 443
 * @param secure whether it is {@code wss}
 * @param authorization the value of the field, or null
 */
public record WebSocketUri(
    URI uri, String host, int port, boolean secure, @Nullable String authorization) {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /**
   * Reads a URI.
   *
   * @throws IllegalArgumentException if it cannot be connected to; the message contains no
   *     credentials
   */
  public static WebSocketUri of(URI given) {
    String scheme = String.valueOf(given.getScheme());
    boolean secure = scheme.equalsIgnoreCase("wss");
    String authority = given.getRawAuthority();
    String userInfo = null;
    if (authority != null && authority.lastIndexOf('@') >= 0) {
      userInfo = authority.substring(0, authority.lastIndexOf('@'));
      authority = authority.substring(authority.lastIndexOf('@') + 1);
    }
    String shown = scheme + "://" + authority + target(given);
    if (!secure && !scheme.equalsIgnoreCase("ws")) {
      throw new IllegalArgumentException("not a ws or wss URI: " + shown);
    }
    if (given.getRawFragment() != null) {
      throw new IllegalArgumentException("a WebSocket URI has no fragment: " + shown);
    }
    if (authority == null || authority.isEmpty()) {
      throw new IllegalArgumentException("URI without a host: " + shown);
    }
    int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
    String name = end < 0 ? authority : authority.substring(0, end);
    int port = end < 0 ? -1 : port(authority.substring(end), shown);
    String host = host(name, shown);
    String written = host.indexOf(':') < 0 ? host : "[" + host.replace("%", "%25") + "]";
    URI uri = uri(scheme + "://" + written + (port < 0 ? "" : ":" + port) + target(given), shown);
    return new WebSocketUri(
        uri,
        host,
        port >= 0 ? port : secure ? HTTPS : HTTP,
        secure,
        userInfo == null ? null : basic(userInfo));
  }

  private static URI uri(String text, String shown) {
    try {
      return URI.create(URI.create(text).toASCIIString()); // letters as UTF-8 (RFC 3987 §3.1)
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("malformed URI: " + shown, e);
    }
  }

  /** Returns what is asked for: the path, or a slash, and the query. */
  public String target() {
    return target(uri);
  }

  private static String target(URI uri) {
    String path = uri.getRawPath();
    String query = uri.getRawQuery();
    return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  /** Returns the value of the Host field; a zone means nothing to a server (RFC 6874 §4). */
  public String hostField() {
    int zone = host.indexOf('%');
    String name = zone < 0 ? host : host.substring(0, zone);
    String written = name.indexOf(':') < 0 ? name : "[" + name + "]";
    return port == (secure ? HTTPS : HTTP) ? written : written + ":" + port;
  }

  private static int port(String rest, String shown) {
    if (rest.isEmpty() || rest.equals(":")) {
      return -1;
    }
    try {
      int port = rest.startsWith(":") ? Integer.parseInt(rest.substring(1)) : -1;
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException("malformed port in " + shown);
  }

  private static String host(String name, String shown) {
    if (name.startsWith("[") && name.endsWith("]")) {
      return name.substring(1, name.length() - 1).replace("%25", "%");
    }
    String host = new String(decoded(name), StandardCharsets.UTF_8);
    boolean ascii = host.chars().allMatch(c -> c < 0x80);
    try {
      host = ascii ? host : IDN.toASCII(host);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("malformed host in " + shown, e);
    }
    if (host.isEmpty() || !host.chars().allMatch(WebSocketUri::isOfName)) {
      throw new IllegalArgumentException("malformed host in " + shown);
    }
    return host;
  }

  private static boolean isOfName(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._".indexOf(c) >= 0;
  }

  private static String basic(String userInfo) {
    return "Basic " + Base64.getEncoder().encodeToString(decoded(userInfo));
  }

  /** Returns the bytes of a text with percent-encoding, which URI has checked. */
  private static byte[] decoded(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(utf8.length);
    for (int i = 0; i < utf8.length; i++) {
      int high = utf8[i] == '%' && i + 2 < utf8.length ? Character.digit(utf8[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(utf8[i + 2], 16);
      bytes.write(low < 0 ? utf8[i] : high << 4 | low);
      i += low < 0 ? 0 : 2;
    }
    return bytes.toByteArray();
  }
}
