package io.tautline.deflate;

import org.jspecify.annotations.Nullable;

/**
 * What both ends of a connection agreed on (RFC 7692 §7.1).
 *
 * @param serverNoContextTakeover whether the server compresses each message on its own
 * @param clientNoContextTakeover whether the client compresses each message on its own
 * @param serverMaxWindowBits how far back the server's messages refer at most, as a power of two
 * @param clientMaxWindowBits how far back the client's messages refer at most, as a power of two
 * @param serverWindowNamed whether the answer names the server's window, as it must if the offer
 *     did (§7.1.2.1)
 */
public record DeflateParameters(
    boolean serverNoContextTakeover,
    boolean clientNoContextTakeover,
    int serverMaxWindowBits,
    int clientMaxWindowBits,
    boolean serverWindowNamed) {

  /** The name of the extension. */
  public static final String NAME = "permessage-deflate";

  /** Checks the windows. */
  public DeflateParameters {
    if (serverMaxWindowBits < 8
        || serverMaxWindowBits > 15
        || clientMaxWindowBits < 8
        || clientMaxWindowBits > 15) {
      throw new IllegalArgumentException(
          "window bits are 8 to 15, not "
              + serverMaxWindowBits
              + " and "
              + clientMaxWindowBits
              + " (RFC 7692 §7.1.2)");
    }
  }

  /**
   * Chooses a server's answer to a client's offers: to the first that can be granted.
   *
   * @param offers the elements of Sec-WebSocket-Extensions, in order
   * @param options what the server wants itself
   * @return null if none can be; then the connection is not compressed
   */
  public static @Nullable DeflateParameters accept(
      Iterable<String> offers, DeflateOptions options) {
    for (String one : offers) {
      DeflateOffer offer = DeflateOffer.parse(one);
      if (offer != null) {
        return offer.grant(options);
      }
    }
    return null;
  }

  /**
   * Reads a server's answer to our offer.
   *
   * @param answer an element of Sec-WebSocket-Extensions
   * @return null if it is malformed or grants what was not offered (§7.1); the handshake has failed
   */
  public static @Nullable DeflateParameters answered(String answer, DeflateOffer ours) {
    DeflateOffer said = DeflateOffer.parse(answer);
    if (said == null || said.bareClientWindow()) {
      return null;
    }
    boolean windowTooLarge =
        ours.serverMaxWindowBits() > 0
            && (said.serverMaxWindowBits() == 0
                || said.serverMaxWindowBits() > ours.serverMaxWindowBits());
    boolean takeoverKept = ours.serverNoContextTakeover() && !said.serverNoContextTakeover();
    boolean windowUnasked =
        said.clientMaxWindowBits() > 0
            && (!ours.clientWindow() || said.clientMaxWindowBits() > ours.clientLimit());
    if (windowTooLarge || takeoverKept || windowUnasked) {
      return null;
    }
    return new DeflateParameters(
        said.serverNoContextTakeover(),
        said.clientNoContextTakeover() || ours.clientNoContextTakeover(),
        said.serverMaxWindowBits() > 0 ? said.serverMaxWindowBits() : 15,
        said.clientMaxWindowBits() > 0 ? said.clientMaxWindowBits() : ours.clientLimit(),
        said.serverMaxWindowBits() > 0);
  }

  /** Returns the answer as an element of Sec-WebSocket-Extensions. */
  public String header() {
    StringBuilder text = new StringBuilder(NAME);
    if (serverNoContextTakeover) {
      text.append("; server_no_context_takeover");
    }
    if (clientNoContextTakeover) {
      text.append("; client_no_context_takeover");
    }
    if (serverWindowNamed) {
      text.append("; server_max_window_bits=").append(serverMaxWindowBits);
    }
    if (clientMaxWindowBits < 15) {
      text.append("; client_max_window_bits=").append(clientMaxWindowBits);
    }
    return text.toString();
  }
}
