package io.tautline.handshake;

import io.tautline.deflate.DeflateOffer;
import io.tautline.deflate.DeflateParameters;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The client's side of the opening handshake (RFC 6455 §4.1). */
public final class ClientHandshake {
  private static final List<String> OURS =
      List.of(
          "Upgrade",
          "Connection",
          "Sec-WebSocket-Key",
          "Sec-WebSocket-Version",
          "Sec-WebSocket-Protocol",
          "Sec-WebSocket-Extensions");

  private final URI uri;
  private final String key;
  private final List<String> subprotocols;
  private final @Nullable String extensions;

  /**
   * @param uri {@code ws} or {@code wss}, with a host and without a fragment
   * @param nonce sixteen random bytes, fresh for each handshake
   * @param subprotocols those the client speaks, the most wanted first
   * @param extensions the value of Sec-WebSocket-Extensions, or null to offer none
   * @throws IllegalArgumentException if the URI cannot be connected to (§3)
   */
  public ClientHandshake(
      URI uri, byte[] nonce, List<String> subprotocols, @Nullable String extensions) {
    String scheme = uri.getScheme();
    if (!"ws".equalsIgnoreCase(scheme) && !"wss".equalsIgnoreCase(scheme)) {
      throw new IllegalArgumentException("not a ws or wss URI: " + uri);
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("URI without a host: " + uri);
    }
    if (uri.getRawFragment() != null) {
      throw new IllegalArgumentException("a WebSocket URI has no fragment: " + uri);
    }
    if (nonce.length != 16) {
      throw new IllegalArgumentException("nonce is " + nonce.length + " bytes, must be 16");
    }
    this.uri = URI.create(uri.toASCIIString()); // other letters as UTF-8 (§3, RFC 3987 §3.1)
    this.key = Base64.getEncoder().encodeToString(nonce);
    this.subprotocols = List.copyOf(subprotocols);
    this.extensions = extensions;
  }

  /** Returns whether {@code uri} asks for TLS. */
  public static boolean secure(URI uri) {
    return "wss".equalsIgnoreCase(uri.getScheme());
  }

  /** Returns the port to connect to: as named, else 80 or 443. */
  public static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : secure(uri) ? 443 : 80;
  }

  /** Returns the fields that this handshake sends unless they are changed. */
  public Headers headers() {
    boolean usual = uri.getPort() < 0 || uri.getPort() == (secure(uri) ? 443 : 80);
    Headers.Builder fields =
        Headers.builder()
            .add("Host", usual ? uri.getHost() : uri.getHost() + ":" + uri.getPort())
            .add("Upgrade", "websocket")
            .add("Connection", "Upgrade")
            .add("Sec-WebSocket-Key", key)
            .add("Sec-WebSocket-Version", "13");
    if (!subprotocols.isEmpty()) {
      fields.add("Sec-WebSocket-Protocol", String.join(", ", subprotocols));
    }
    if (extensions != null) {
      fields.add("Sec-WebSocket-Extensions", extensions);
    }
    return fields.build();
  }

  /**
   * Returns the request as it goes on the wire.
   *
   * @param extra further fields; a {@code Host} among them replaces ours, those that the handshake
   *     itself sets are passed over
   */
  public byte[] request(Headers extra) {
    StringBuilder text = new StringBuilder(256);
    String path = uri.getRawPath();
    text.append("GET ").append(path == null || path.isEmpty() ? "/" : path);
    if (uri.getRawQuery() != null) {
      text.append('?').append(uri.getRawQuery());
    }
    text.append(" HTTP/1.1\r\n");
    boolean otherHost = extra.first("Host") != null;
    Headers own = headers();
    for (int i = 0; i < own.size(); i++) {
      if (!(otherHost && own.name(i).equals("Host"))) {
        own.write(i, text);
      }
    }
    for (int i = 0; i < extra.size(); i++) {
      if (OURS.stream().noneMatch(extra.name(i)::equalsIgnoreCase)) {
        extra.write(i, text);
      }
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Judges the server's answer (§4.1, last part).
   *
   * @return the subprotocol the server chose, or null
   * @throws HandshakeException with the status received, if it is not the 101 that answers this
   *     handshake
   */
  public @Nullable String check(ResponseHead head) throws HandshakeException {
    Headers headers = head.headers();
    if (head.status() != 101) {
      throw new HandshakeException(
          head.status(), "the server answered " + head.status() + " " + head.reason());
    }
    require(headers.hasToken("Upgrade", "websocket"), "Upgrade does not name websocket");
    require(headers.hasToken("Connection", "Upgrade"), "Connection does not name Upgrade");
    List<String> answers = headers.all("Sec-WebSocket-Accept");
    require(
        answers.size() == 1 && answers.get(0).equals(AcceptKey.answer(key)),
        "Sec-WebSocket-Accept does not answer our key");
    require(
        extensions != null || headers.list("Sec-WebSocket-Extensions").isEmpty(),
        "the server uses an extension that was not offered");
    List<String> chosen = headers.all("Sec-WebSocket-Protocol");
    require(
        chosen.isEmpty() || (chosen.size() == 1 && subprotocols.contains(chosen.get(0))),
        "the server chose a subprotocol that was not offered");
    return chosen.isEmpty() ? null : chosen.get(0);
  }

  /**
   * Judges the extensions that the server chose.
   *
   * @param offer ours, or null if there was none
   * @return null if messages are not compressed
   * @throws HandshakeException if the server chose what was not offered (RFC 7692 §7.1)
   */
  public static @Nullable DeflateParameters deflate(ResponseHead head, @Nullable DeflateOffer offer)
      throws HandshakeException {
    List<String> answers = head.headers().list("Sec-WebSocket-Extensions");
    if (answers.isEmpty()) {
      return null;
    }
    DeflateParameters agreed =
        offer == null || answers.size() > 1
            ? null
            : DeflateParameters.answered(answers.get(0), offer);
    if (agreed == null) {
      throw new HandshakeException(
          head.status(), "the server answered with extensions that were not offered");
    }
    return agreed;
  }

  private static void require(boolean kept, String rule) throws HandshakeException {
    if (!kept) {
      throw new HandshakeException(101, rule);
    }
  }
}
