package io.tautline.container;

import io.tautline.handshake.ClientHandshake;
import io.tautline.transport.TlsWire;
import io.tautline.transport.Wire;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants beyond Jakarta's configuration, as user properties of its {@link
 * ClientEndpointConfig}.
 */
public final class ClientOptions {
  /** A {@link SocketAddress} to connect to instead of the URI's host and port. */
  public static final String ADDRESS = "io.tautline.address";

  /** {@code true} accepts a certificate for any host; for tests only. */
  public static final String INSECURE = "io.tautline.insecure";

  /**
   * How many redirects to follow, an {@link Integer}; none unless set. Only those to the same host,
   * port and scheme are followed, so that nothing meant for one server reaches another.
   */
  public static final String REDIRECTS = "io.tautline.redirects";

  private final ClientEndpointConfig config;

  ClientOptions(ClientEndpointConfig config) {
    this.config = config;
  }

  int redirects() {
    return config.getUserProperties().get(REDIRECTS) instanceof Integer most ? most : 0;
  }

  SocketAddress address(URI uri) {
    return config.getUserProperties().get(ADDRESS) instanceof SocketAddress given
        ? given
        : new InetSocketAddress(host(uri), ClientHandshake.port(uri));
  }

  Wire.Factory wires(URI uri) throws DeploymentException {
    if (!ClientHandshake.secure(uri)) {
      return Wire::plain;
    }
    try {
      SSLContext context = config.getSSLContext();
      return TlsWire.client(
          context != null ? context : SSLContext.getDefault(),
          host(uri),
          ClientHandshake.port(uri),
          Boolean.TRUE.equals(config.getUserProperties().get(INSECURE)));
    } catch (NoSuchAlgorithmException e) {
      throw new DeploymentException("this Java has no default TLS context", e);
    }
  }

  /**
   * Returns where to ask instead.
   *
   * @param location the server's Location
   * @param hops how many redirects may still be followed
   * @throws IOException if this one may not be
   */
  URI follow(URI from, @Nullable String location, int hops) throws IOException {
    String refusal = "cannot connect to " + from + ": the server redirects to " + location;
    if (hops <= 0) {
      throw new IOException(refusal + "; allow it with user property " + REDIRECTS);
    }
    URI to;
    try {
      to = from.resolve(String.valueOf(location).replaceFirst("^http", "ws"));
    } catch (IllegalArgumentException e) {
      throw new IOException(refusal + ", which is no URI", e);
    }
    boolean same =
        from.getScheme().equalsIgnoreCase(to.getScheme())
            && from.getHost().equalsIgnoreCase(to.getHost())
            && ClientHandshake.port(from) == ClientHandshake.port(to);
    if (!same) {
      throw new IOException(refusal + ", which is another server");
    }
    return to;
  }

  private static String host(URI uri) {
    String host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
