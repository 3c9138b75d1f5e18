package io.tautline.handshake;

import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP/1.1 request.
 *
 * @param method as sent, e.g. {@code GET}
 * @param target as sent, e.g. {@code /chat/blue?since=7}; begins with a slash
 * @param headers the fields
 */
public record RequestHead(String method, String target, Headers headers) {
  /** Returns the target up to the query, still percent-encoded. */
  public String path() {
    int mark = target.indexOf('?');
    return mark < 0 ? target : target.substring(0, mark);
  }

  /** Returns what follows the question mark, still percent-encoded, or null. */
  public @Nullable String query() {
    int mark = target.indexOf('?');
    return mark < 0 ? null : target.substring(mark + 1);
  }

  /**
   * Returns whether the client asks for a WebSocket, well or badly, rather than for a page. An
   * upgrade to something else, such as {@code h2c}, may be passed over (RFC 9110 §7.8).
   */
  public boolean upgrade() {
    return headers.hasToken("Upgrade", "websocket") || headers.first("Sec-WebSocket-Key") != null;
  }
}
