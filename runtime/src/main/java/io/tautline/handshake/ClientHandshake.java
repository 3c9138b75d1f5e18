package io.tautline.handshake;

import io.tautline.deflate.DeflateOffer;
import io.tautline.deflate.DeflateParameters;
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

  private final WebSocketUri uri;
  private final String key;
  private final List<String> subprotocols;
  private final @Nullable String extensions;

  /**
   * @param uri what is asked for
   * @param nonce sixteen random bytes, fresh for each handshake
   * @param subprotocols those the client speaks, the most wanted first
   * @param extensions the value of Sec-WebSocket-Extensions, or null to offer none
   */
  public ClientHandshake(
      WebSocketUri uri, byte[] nonce, List<String> subprotocols, @Nullable String extensions) {
    if (nonce.length != 16) {
      throw new IllegalArgumentException("nonce is " + nonce.length + " bytes, must be 16");
    }
    this.uri = uri;
    this.key = Base64.getEncoder().encodeToString(nonce);
    this.subprotocols = List.copyOf(subprotocols);
    this.extensions = extensions;
  }

  /** Returns the fields that this handshake sends unless they are changed. */
  public Headers headers() {
    Headers.Builder fields =
        Headers.builder()
            .add("Host", uri.hostField())
            .add("Upgrade", "websocket")
            .add("Connection", "Upgrade")
            .add("Sec-WebSocket-Key", key)
            .add("Sec-WebSocket-Version", "13");
    if (uri.authorization() != null) {
      fields.add("Authorization", uri.authorization());
    }
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
   * @param extra further fields; a {@code Host} or {@code Authorization} among them replaces ours,
   *     those that the handshake itself sets are passed over
   */
  public byte[] request(Headers extra) {
    StringBuilder text = new StringBuilder(256);
    text.append("GET ").append(uri.target()).append(" HTTP/1.1\r\n");
    Headers own = headers();
    for (int i = 0; i < own.size(); i++) {
      if (isOurs(own.name(i)) || extra.first(own.name(i)) == null) {
        own.write(i, text);
      }
    }
    for (int i = 0; i < extra.size(); i++) {
      if (!isOurs(extra.name(i))) {
        extra.write(i, text);
      }
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean isOurs(String name) {
    return OURS.stream().anyMatch(name::equalsIgnoreCase);
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
  public @Nullable DeflateParameters deflate(ResponseHead head, @Nullable DeflateOffer offer)
      throws HandshakeException {
    List<String> answers = head.headers().list("Sec-WebSocket-Extensions");
    if (answers.isEmpty()) {
      return null;
    }
    DeflateParameters agreed =
        offer == null || answers.size() > 1
            ? null
            : DeflateParameters.answered(answers.get(0), offer);
    String name = answers.get(0).split(";", -1)[0].strip();
    if (agreed == null && !name.equals(DeflateParameters.NAME) && offers(name)) {
      throw new HandshakeException(
          head.status(),
          "the server uses the extension " + name + ", which was offered but is not implemented");
    }
    if (agreed == null) {
      throw new HandshakeException(
          head.status(), "the server answered with extensions that were not offered");
    }
    return agreed;
  }

  private boolean offers(String name) {
    for (String element : String.valueOf(extensions).split(",", -1)) {
      if (element.split(";", -1)[0].strip().equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  private static void require(boolean kept, String rule) throws HandshakeException {
    if (!kept) {
      throw new HandshakeException(101, rule);
    }
  }
}
