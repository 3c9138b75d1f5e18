package io.tautline.handshake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server's side of the opening handshake (RFC 6455 §4.2). */
public final class ServerHandshake {
  private static final List<String> OURS =
      List.of(
          "Upgrade",
          "Connection",
          "Sec-WebSocket-Accept",
          "Sec-WebSocket-Protocol",
          "Sec-WebSocket-Extensions",
          "Sec-WebSocket-Version",
          "Sec-WebSocket-Key",
          "Content-Length",
          "Transfer-Encoding");

  private ServerHandshake() {}

  /**
   * Judges a request by §4.2.1, before anyone asks which endpoint it is for.
   *
   * @throws HandshakeException with 400 for a malformed request, 405 for another method than GET,
   *     426 for a request that asks for no WebSocket or another version of it
   */
  public static void check(RequestHead head) throws HandshakeException {
    checkHost(head);
    Headers headers = head.headers();
    require(hasNoBody(headers), 400, "an upgrade request has no body");
    require(head.method().equals("GET"), 405, "the method must be GET");
    require(
        headers.hasToken("Upgrade", "websocket"), 426, "the Upgrade header must name websocket");
    require(
        headers.hasToken("Connection", "Upgrade"), 400, "the Connection header must name Upgrade");
    List<String> versions = headers.all("Sec-WebSocket-Version");
    require(versions.size() == 1, 400, "exactly one Sec-WebSocket-Version header is needed");
    require(versions.get(0).equals("13"), 426, "only Sec-WebSocket-Version 13 is spoken here");
    List<String> keys = headers.all("Sec-WebSocket-Key");
    require(
        keys.size() == 1 && AcceptKey.isKey(keys.get(0)),
        400,
        "exactly one Sec-WebSocket-Key of sixteen bytes in base64 is needed");
    for (String protocol : headers.list("Sec-WebSocket-Protocol")) {
      require(Headers.isToken(protocol), 400, "malformed Sec-WebSocket-Protocol header");
    }
  }

  /**
   * Requires one valid Host, as any request must have it (RFC 9112 §3.2).
   *
   * @throws HandshakeException with 400
   */
  public static void checkHost(RequestHead head) throws HandshakeException {
    Headers headers = head.headers();
    require(headers.all("Host").size() == 1, 400, "exactly one Host header is needed");
    require(isHost(headers.first("Host")), 400, "malformed Host header");
  }

  /** Returns whether no body follows; the JDK's client says so in as many words. */
  private static boolean hasNoBody(Headers headers) {
    List<String> lengths = headers.all("Content-Length");
    return headers.first("Transfer-Encoding") == null
        && (lengths.isEmpty() || lengths.equals(List.of("0")));
  }

  /** Returns whether a text is a host with or without a port (RFC 3986 §3.2.2). */
  private static boolean isHost(@Nullable String text) {
    if (text == null) {
      return false;
    }
    int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
    int colon = end < 0 ? text.length() : end;
    boolean address = text.startsWith("[");
    int first = address ? 1 : 0;
    int last = address ? colon - 1 : colon;
    return last > first
        && consistsOf(text, first, last, address ? ".:" : "-._~%!$&'()*+,;=")
        && (colon == text.length() || (text.charAt(colon) == ':' && isNumber(text, colon + 1)));
  }

  private static boolean consistsOf(String text, int from, int to, String others) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c > 0x7F || !(Character.isLetterOrDigit(c) || others.indexOf(c) >= 0)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Returns the answer to a request that failed {@link #check} or could not even be parsed. */
  public static Outcome.Rejected reject(HandshakeException fault) {
    return switch (fault.status()) {
      case 405 -> Outcome.Rejected.text(405, fault.rule(), "Allow", "GET");
      case 426 ->
          Outcome.Rejected.text(
              426, fault.rule(), "Upgrade", "websocket", "Sec-WebSocket-Version", "13");
      default -> Outcome.Rejected.text(fault.status(), fault.rule());
    };
  }

  /**
   * Returns the first subprotocol the client asks for that is among {@code ours}, or null (§4.2.2,
   * step 5.5).
   */
  public static @Nullable String chooseSubprotocol(RequestHead head, List<String> ours) {
    for (String wanted : head.headers().list("Sec-WebSocket-Protocol")) {
      if (ours.contains(wanted)) {
        return wanted;
      }
    }
    return null;
  }

  /**
   * Returns the 101 answer to a request that passed {@link #check}.
   *
   * @param subprotocol one that the client asked for, or null
   * @param extensions the value of Sec-WebSocket-Extensions, or null
   * @param extra further fields; those that the handshake itself sets are passed over
   */
  public static Outcome.Accepted accept(
      RequestHead head, @Nullable String subprotocol, @Nullable String extensions, Headers extra) {
    String key = head.headers().first("Sec-WebSocket-Key");
    if (key == null) {
      throw new IllegalArgumentException("accept() needs a head that passed check()");
    }
    Headers.Builder fields =
        Headers.builder()
            .addChecked("Upgrade", "websocket")
            .addChecked("Connection", "Upgrade")
            .addChecked("Sec-WebSocket-Accept", AcceptKey.answer(key));
    if (subprotocol != null) {
      fields.add("Sec-WebSocket-Protocol", subprotocol);
    }
    if (extensions != null) {
      fields.add("Sec-WebSocket-Extensions", extensions);
    }
    for (int i = 0; i < extra.size(); i++) {
      if (!isOurs(extra.name(i))) {
        fields.addChecked(extra.name(i), extra.value(i));
      }
    }
    return new Outcome.Accepted(new ResponseHead(101, Reason.of(101), fields.build()), subprotocol);
  }

  private static boolean isOurs(String name) {
    for (String one : OURS) {
      if (one.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  private static void require(boolean kept, int status, String rule) throws HandshakeException {
    if (!kept) {
      throw new HandshakeException(status, rule);
    }
  }
}
