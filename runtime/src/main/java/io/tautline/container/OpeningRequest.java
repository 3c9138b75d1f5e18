package io.tautline.container;

import io.tautline.Handshake;
import io.tautline.transport.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.URI;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The opening request as Tautline shows it, and the socket it came on. */
final class OpeningRequest implements Handshake {
  /** The subprotocol that goes before a browser's token. */
  static final String BEARER = "bearer";

  private final HandshakeView view;
  private final SocketAddress local;
  private final SocketAddress remote;
  private final List<X509Certificate> certificates;

  /** Takes what the socket knows, so that it is known when the socket is gone. */
  OpeningRequest(HandshakeView view, Wire wire) {
    this.view = view;
    try {
      this.local = wire.socket().localAddress();
      this.remote = wire.socket().remoteAddress();
    } catch (IOException e) {
      throw new UncheckedIOException("the connection has ended", e);
    }
    List<X509Certificate> shown = new ArrayList<>();
    for (Certificate one : wire.peerCertificates()) {
      if (one instanceof X509Certificate x509) {
        shown.add(x509);
      }
    }
    this.certificates = List.copyOf(shown);
  }

  @Override
  public URI uri() {
    return view.uri();
  }

  @Override
  public String path() {
    return view.uri().getPath();
  }

  @Override
  public Map<String, String> pathParameters() {
    return view.pathParameters();
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(view.head().headers().first(name));
  }

  @Override
  public Map<String, List<String>> headers() {
    return view.getHeaders();
  }

  @Override
  public Optional<String> cookie(String name) {
    for (String line : headers().getOrDefault("Cookie", List.of())) {
      for (int from = 0; from < line.length(); ) {
        int end = line.indexOf(';', from);
        int to = end < 0 ? line.length() : end;
        int equals = line.indexOf('=', from);
        if (equals >= 0 && equals < to && line.substring(from, equals).strip().equals(name)) {
          String value = line.substring(equals + 1, to).strip();
          boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
          return Optional.of(quoted ? value.substring(1, value.length() - 1) : value);
        }
        from = to + 1;
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<String> query(String name) {
    return query().getOrDefault(name, List.of()).stream().findFirst();
  }

  @Override
  public Map<String, List<String>> query() {
    return view.queryParameters();
  }

  @Override
  public Optional<String> bearerToken() {
    String authorization = view.head().headers().first("Authorization");
    if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return Optional.of(authorization.substring(7).strip()).filter(token -> !token.isEmpty());
    }
    List<String> offered = view.head().headers().list("Sec-WebSocket-Protocol");
    int scheme = offered.indexOf(BEARER);
    return scheme >= 0 && scheme + 1 < offered.size()
        ? Optional.of(offered.get(scheme + 1))
        : Optional.empty();
  }

  @Override
  public SocketAddress localAddress() {
    return local;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remote;
  }

  @Override
  public List<X509Certificate> certificates() {
    return certificates;
  }

  @Override
  public List<Locale> locales() {
    String wanted = view.head().headers().first("Accept-Language");
    if (wanted == null) {
      return List.of();
    }
    try {
      return Locale.LanguageRange.parse(wanted).stream()
          .filter(range -> !range.getRange().equals("*"))
          .map(range -> Locale.forLanguageTag(range.getRange()))
          .toList();
    } catch (IllegalArgumentException e) {
      return List.of(); // a header that says nothing
    }
  }
}
