package io.tautline;

import java.net.SocketAddress;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The opening request of a connection (RFC 6455 §4.1): a parameter of any callback, also long after
 * the handshake. Used by any number of threads.
 */
public interface Handshake {
  /** Returns the URI that was asked for, with the scheme {@code ws} or {@code wss}. */
  URI uri();

  /** Returns the decoded path. */
  String path();

  /** Returns the values of the path's variables, decoded. */
  Map<String, String> pathParameters();

  /** Returns the first value of a header; its name in any case. */
  Optional<String> header(String name);

  /** Returns every header; names compare in any case. */
  Map<String, List<String>> headers();

  /** Returns the value of a cookie (RFC 6265 §5.4). */
  Optional<String> cookie(String name);

  /** Returns the first value of a parameter of the query, decoded. */
  Optional<String> query(String name);

  /** Returns every parameter of the query, decoded. */
  Map<String, List<String>> query();

  /**
   * Returns the bearer token (RFC 6750): of the {@code Authorization} header, or, since browsers
   * cannot set that, what follows {@code bearer} among the subprotocols: {@code new WebSocket(url,
   * ["bearer", token])}.
   */
  Optional<String> bearerToken();

  /** Returns the address of this end. */
  SocketAddress localAddress();

  /** Returns the address of the other end: a proxy's, if there is one between. */
  SocketAddress remoteAddress();

  /** Returns the certificates that the client showed, its own first; empty if it showed none. */
  List<X509Certificate> certificates();

  /** Returns the locales of {@code Accept-Language}, the most wanted first; empty if not told. */
  List<Locale> locales();
}
