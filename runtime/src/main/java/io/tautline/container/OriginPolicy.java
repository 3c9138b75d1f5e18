package io.tautline.container;

import io.tautline.handshake.RequestHead;
import io.tautline.model.OriginPattern;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose pages may connect (RFC 6455 §10.2): those of the same host, those listed, and whatever is
 * no page of a browser, which sends no {@code Origin}. Behind a proxy the host is also what {@code
 * X-Forwarded-Host} or {@code Forwarded} (RFC 7239) says; a page cannot set these, and what is no
 * page could as well leave out the {@code Origin}.
 */
public final class OriginPolicy {
  /** Pages of the same host only. */
  public static final OriginPolicy SAME_HOST = new OriginPolicy(List.of());

  private final List<OriginPattern> allowed;

  /**
   * Allows pages of other origins too.
   *
   * @param allowed origins and patterns, see {@link OriginPattern}; {@code *} allows all
   * @throws IllegalArgumentException if one of them is no pattern
   */
  public OriginPolicy(List<String> allowed) {
    this.allowed = allowed.stream().map(OriginPattern::parse).toList();
  }

  /** Returns whether a request's origin may connect. */
  public boolean allows(RequestHead head) {
    String origin = head.headers().first("Origin");
    if (origin == null) {
      return true;
    }
    for (OriginPattern one : allowed) {
      if (one.matches(origin)) {
        return true;
      }
    }
    String host = head.headers().first("Host");
    return sameHost(origin, host)
        || sameHost(origin, other(host, first(head.headers().first("X-Forwarded-Host"))))
        || sameHost(origin, other(host, forwardedHost(head.headers().first("Forwarded"))));
  }

  /** Returns what was forwarded, unless it is just the host without its port. */
  private static @Nullable String other(@Nullable String host, @Nullable String forwarded) {
    boolean shorter =
        host != null
            && forwarded != null
            && host.regionMatches(true, 0, forwarded + ":", 0, forwarded.length() + 1);
    return shorter ? null : forwarded;
  }

  /** Returns the first of a list: what the proxy next to the browser said. */
  private static @Nullable String first(@Nullable String list) {
    return list == null ? null : list.split(",", -1)[0].strip();
  }

  private static @Nullable String forwardedHost(@Nullable String forwarded) {
    String element = first(forwarded);
    if (element != null) {
      for (String pair : element.split(";", -1)) {
        String bare = pair.strip();
        if (bare.regionMatches(true, 0, "host=", 0, 5)) {
          return bare.substring(5).replace("\"", "");
        }
      }
    }
    return null;
  }

  private static boolean sameHost(String origin, @Nullable String host) {
    try {
      URI uri = URI.create(origin);
      if (uri.getHost() == null || host == null) {
        return false;
      }
      int usual = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
      String bare = uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
      return bare.equalsIgnoreCase(host)
          || (uri.getPort() < 0 && (bare + ":" + usual).equalsIgnoreCase(host))
          || (uri.getPort() == usual && uri.getHost().equalsIgnoreCase(host));
    } catch (IllegalArgumentException e) {
      return false; // "null", or no origin at all
    }
  }
}
