package io.tautline.container;

import io.tautline.handshake.RequestHead;
import io.tautline.handshake.RequestTarget;
import jakarta.websocket.server.HandshakeRequest;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The opening request as Jakarta WebSocket shows it.
 *
 * @param head the request; for a client the one it sent
 * @param asked the URI that our client asked for; null in a server, where it is made when wanted,
 *     as few ask and every session would keep it
 * @param secure whether TLS is below
 * @param pathParameters values of the path's variables, decoded
 */
record HandshakeView(
    RequestHead head, @Nullable URI asked, boolean secure, Map<String, String> pathParameters)
    implements HandshakeRequest {

  /**
   * Returns the URI the client asked for.
   *
   * @throws IllegalArgumentException if its target makes none
   */
  URI uri() {
    return asked != null
        ? asked
        : URI.create(
            (secure ? "wss://" : "ws://")
                + head.headers().first("Host")
                + RequestTarget.escaped(head.target()));
  }

  @Override
  public Map<String, List<String>> getHeaders() {
    return head.headers().asMap();
  }

  @Override
  public @Nullable Principal getUserPrincipal() {
    return null;
  }

  @Override
  public URI getRequestURI() {
    return uri();
  }

  @Override
  public boolean isUserInRole(String role) {
    return false;
  }

  @Override
  public @Nullable Object getHttpSession() {
    return null;
  }

  @Override
  public @Nullable String getQueryString() {
    return head.query();
  }

  /** Returns the query's parameters and the path's variables. */
  @Override
  public Map<String, List<String>> getParameterMap() {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    pathParameters.forEach((name, value) -> parameters.put(name, List.of(value)));
    addQuery(parameters);
    return Collections.unmodifiableMap(parameters);
  }

  /** Returns the query's parameters. */
  Map<String, List<String>> queryParameters() {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    addQuery(parameters);
    return Collections.unmodifiableMap(parameters);
  }

  private void addQuery(Map<String, List<String>> parameters) {
    String query = head.query();
    if (query != null) {
      for (int from = 0; from <= query.length(); ) {
        int amp = query.indexOf('&', from);
        int to = amp < 0 ? query.length() : amp;
        if (to > from) {
          int equals = query.indexOf('=', from);
          int end = equals < 0 || equals > to ? to : equals;
          String value = end == to ? "" : decode(query.substring(end + 1, to));
          parameters
              .computeIfAbsent(decode(query.substring(from, end)), n -> new ArrayList<>())
              .add(value);
        }
        from = to + 1;
      }
    }
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // a stray percent sign stands for itself
    }
  }
}
