package io.tautline.container;

import io.tautline.connection.Limits;
import io.tautline.handshake.Redirect;
import io.tautline.handshake.WebSocketUri;
import io.tautline.model.Amount;
import io.tautline.transport.TlsWire;
import io.tautline.transport.Wire;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * How long connecting and the handshake may take together: a {@link Duration}, or a {@link
   * String} such as {@code 5 s}; {@code handshakeTimeout} of the limits unless set.
   */
  public static final String HANDSHAKE_TIMEOUT = "io.tautline.handshakeTimeout";

  private final ClientEndpointConfig config;

  ClientOptions(ClientEndpointConfig config) {
    this.config = config;
  }

  int redirects() {
    return config.getUserProperties().get(REDIRECTS) instanceof Integer most ? most : 0;
  }

  /**
   * Returns how long a handshake may take.
   *
   * @throws IllegalArgumentException if it is set to no time
   */
  Duration handshakeTimeout(Duration usual) {
    Object set = config.getUserProperties().get(HANDSHAKE_TIMEOUT);
    if (set == null) {
      return usual;
    }
    Duration time =
        set instanceof Duration duration
            ? duration
            : Duration.ofNanos(Amount.TIME.parse(HANDSHAKE_TIMEOUT, set.toString()));
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(HANDSHAKE_TIMEOUT + " must be positive, not " + set);
    }
    return Limits.bounded(time);
  }

  /**
   * Returns the addresses to try, in that order: those of the first address' family and of the
   * other in turn (RFC 8305 §4). Resolves the name, which may take its time.
   */
  List<SocketAddress> addresses(WebSocketUri uri) throws IOException {
    if (config.getUserProperties().get(ADDRESS) instanceof SocketAddress given) {
      return List.of(given);
    }
    InetAddress[] all;
    try {
      all = InetAddress.getAllByName(uri.host());
    } catch (UnknownHostException e) {
      throw new UnknownHostException("no such host: " + uri.host());
    }
    ArrayDeque<InetAddress> first = new ArrayDeque<>();
    ArrayDeque<InetAddress> other = new ArrayDeque<>();
    for (InetAddress one : all) {
      (one.getClass() == all[0].getClass() ? first : other).add(one);
    }
    List<SocketAddress> order = new ArrayList<>();
    while (!first.isEmpty() || !other.isEmpty()) {
      for (ArrayDeque<InetAddress> family : List.of(first, other)) {
        InetAddress next = family.poll();
        if (next != null) {
          order.add(new InetSocketAddress(next, uri.port()));
        }
      }
    }
    return order;
  }

  Wire.Factory wires(WebSocketUri uri) throws DeploymentException {
    if (!uri.secure()) {
      return Wire::plain;
    }
    try {
      SSLContext context = config.getSSLContext();
      return TlsWire.client(
          context != null ? context : SSLContext.getDefault(),
          uri.host(),
          uri.port(),
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
  WebSocketUri follow(WebSocketUri from, @Nullable String location, int hops) throws IOException {
    String refusal = "cannot connect to " + from.uri() + ": the server redirects to " + location;
    if (hops <= 0) {
      throw new IOException(refusal + "; allow it with user property " + REDIRECTS);
    }
    WebSocketUri to;
    try {
      to = WebSocketUri.of(Redirect.resolve(from.uri(), String.valueOf(location)));
    } catch (IllegalArgumentException e) {
      throw new IOException(refusal + ", which is no WebSocket URI", e);
    }
    boolean same =
        from.secure() == to.secure()
            && from.host().equalsIgnoreCase(to.host())
            && from.port() == to.port();
    if (!same) {
      throw new IOException(refusal + ", which is another server");
    }
    String authorization = to.authorization() == null ? from.authorization() : to.authorization();
    return new WebSocketUri(to.uri(), to.host(), to.port(), to.secure(), authorization);
  }
}
