package io.tautline.model;

import java.net.IDN;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An origin (RFC 6454) whose pages may connect, or a pattern for several: {@code
 * https://a.example}, {@code https://*.a.example} for every subdomain, {@code http://localhost:*}
 * for every port, {@code *} for all.
 *
 * @param scheme in lower case; empty for all origins
 * @param host in lower case, in ASCII; what follows {@code *.} if {@code subdomains} is set
 * @param subdomains whether every subdomain of the host is meant, and not the host itself
 * @param port as named, else the usual one of the scheme; -1 for any
 */
public record OriginPattern(String scheme, String host, boolean subdomains, int port) {
  private static final OriginPattern ALL = new OriginPattern("", "", false, -1);
  private static final int ANY_PORT = -1;

  /** What a scheme without a usual port has; no origin names it. */
  private static final int NO_PORT = -2;

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException with what is wrong and the cure
   */
  public static OriginPattern parse(String text) {
    if (text.equals("*")) {
      return ALL;
    }
    OriginPattern pattern = read(text, true);
    if (pattern == null) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is no origin. Write scheme and host, and the port if it is not the usual one:"
              + " \"https://example.org\", \"https://*.example.org\", \"http://localhost:*\"; or"
              + " \"*\" for all.");
    }
    return pattern;
  }

  /** Returns whether a text is a pattern. */
  static boolean isPattern(String text) {
    return text.equals("*") || read(text, true) != null;
  }

  /** Returns whether the pages of an origin, as a browser sends it, may connect. */
  public boolean matches(String origin) {
    if (scheme.isEmpty()) {
      return true;
    }
    OriginPattern one = read(origin, false);
    return one != null
        && one.scheme.equals(scheme)
        && (port == ANY_PORT || one.port == port)
        && (subdomains ? one.host.endsWith("." + host) : one.host.equals(host));
  }

  private static @Nullable OriginPattern read(String text, boolean pattern) {
    int colon = text.indexOf("://");
    if (colon <= 0 || !isScheme(text.substring(0, colon))) {
      return null;
    }
    String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
    String authority = text.substring(colon + 3);
    int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
    String host = end < 0 ? authority : authority.substring(0, end);
    String rest = end < 0 ? "" : authority.substring(end);
    int port = port(scheme, rest, pattern);
    boolean subdomains = pattern && host.startsWith("*.");
    String name = ascii(subdomains ? host.substring(2) : host);
    return name == null || port < NO_PORT
        ? null
        : new OriginPattern(scheme, name, subdomains, port);
  }

  /** Returns the port that a text such as {@code :8080} names; less than all others if none. */
  private static int port(String scheme, String rest, boolean pattern) {
    if (rest.isEmpty()) {
      return switch (scheme) {
        case "http" -> 80;
        case "https" -> 443;
        default -> NO_PORT;
      };
    }
    if (pattern && rest.equals(":*")) {
      return ANY_PORT;
    }
    boolean digits =
        rest.length() > 1
            && rest.length() <= 6
            && rest.charAt(0) == ':'
            && rest.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
    int port = digits ? Integer.parseInt(rest, 1, rest.length(), 10) : Integer.MIN_VALUE;
    return port > 65535 ? Integer.MIN_VALUE : port;
  }

  /** Returns a host as browsers send it, or null if it is none. */
  private static @Nullable String ascii(String host) {
    String name = host;
    if (!host.chars().allMatch(c -> c < 0x80)) {
      try {
        name = IDN.toASCII(host);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    boolean address = name.startsWith("[") && name.endsWith("]") && name.length() > 2;
    String inner = address ? name.substring(1, name.length() - 1) : name;
    String allowed = address ? ":." : "-._";
    boolean valid =
        !inner.isEmpty()
            && inner.chars().allMatch(c -> isLetterOrDigit(c) || allowed.indexOf(c) >= 0);
    return valid ? name.toLowerCase(Locale.ROOT) : null;
  }

  private static boolean isScheme(String text) {
    return text.chars().allMatch(c -> isLetterOrDigit(c) || "+-.".indexOf(c) >= 0);
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
