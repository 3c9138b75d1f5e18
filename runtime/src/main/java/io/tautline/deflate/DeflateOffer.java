package io.tautline.deflate;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client's offer of permessage-deflate, as in its header (RFC 7692 §7.1).
 *
 * @param serverNoContextTakeover whether the server must compress each message on its own
 * @param clientNoContextTakeover whether the client is going to
 * @param serverMaxWindowBits the window that the server must keep to, or 0 for any
 * @param clientWindow whether the server may limit the client's window
 * @param clientMaxWindowBits the client's own limit, or 0 for none
 */
public record DeflateOffer(
    boolean serverNoContextTakeover,
    boolean clientNoContextTakeover,
    int serverMaxWindowBits,
    boolean clientWindow,
    int clientMaxWindowBits) {

  /** An offer that leaves everything to the server. */
  public static final DeflateOffer ANY = new DeflateOffer(false, false, 0, true, 0);

  /** Returns the offer that asks for what an application wants. */
  public static DeflateOffer of(DeflateOptions options) {
    boolean alone = !options.contextTakeover();
    int window = options.maxWindowBits();
    return new DeflateOffer(alone, alone, 0, true, window < 15 ? window : 0);
  }

  /**
   * Reads one element of Sec-WebSocket-Extensions.
   *
   * @return null if it is another extension or has a parameter that is unknown, repeated or out of
   *     range; such an offer is passed over (§7.1)
   */
  public static @Nullable DeflateOffer parse(String element) {
    int semicolon = element.indexOf(';');
    String name = semicolon < 0 ? element : element.substring(0, semicolon);
    if (!name.strip().equalsIgnoreCase(DeflateParameters.NAME)) {
      return null;
    }
    if (semicolon >= 0 && element.stripTrailing().endsWith(";")) {
      return null; // nothing behind the last semicolon
    }
    DeflateOffer offer = new DeflateOffer(false, false, 0, false, 0);
    Set<String> seen = new HashSet<>();
    int from = semicolon < 0 ? element.length() : semicolon + 1;
    while (from < element.length() && offer != null) {
      int end = element.indexOf(';', from);
      int to = end < 0 ? element.length() : end;
      offer = offer.with(element.substring(from, to).strip(), seen);
      from = to + 1;
    }
    return offer;
  }

  private @Nullable DeflateOffer with(String parameter, Set<String> seen) {
    int equals = parameter.indexOf('=');
    String name = (equals < 0 ? parameter : parameter.substring(0, equals)).strip();
    @Nullable String value = equals < 0 ? null : unquoted(parameter.substring(equals + 1).strip());
    if (!seen.add(name.toLowerCase(Locale.ROOT))) {
      return null;
    }
    int bits = value == null ? 0 : bits(value);
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "server_no_context_takeover" ->
          value != null
              ? null
              : new DeflateOffer(
                  true,
                  clientNoContextTakeover,
                  serverMaxWindowBits,
                  clientWindow,
                  clientMaxWindowBits);
      case "client_no_context_takeover" ->
          value != null
              ? null
              : new DeflateOffer(
                  serverNoContextTakeover,
                  true,
                  serverMaxWindowBits,
                  clientWindow,
                  clientMaxWindowBits);
      case "server_max_window_bits" ->
          bits == 0
              ? null
              : new DeflateOffer(
                  serverNoContextTakeover,
                  clientNoContextTakeover,
                  bits,
                  clientWindow,
                  clientMaxWindowBits);
      case "client_max_window_bits" ->
          value != null && bits == 0
              ? null
              : new DeflateOffer(
                  serverNoContextTakeover,
                  clientNoContextTakeover,
                  serverMaxWindowBits,
                  true,
                  bits);
      default -> null;
    };
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }

  /** Returns a window size of 8 to 15 without leading zeros, or 0 for anything else. */
  private static int bits(String value) {
    return switch (value) {
      case "8" -> 8;
      case "9" -> 9;
      case "10" -> 10;
      case "11" -> 11;
      case "12" -> 12;
      case "13" -> 13;
      case "14" -> 14;
      case "15" -> 15;
      default -> 0;
    };
  }

  /** Returns the client's own limit, 15 if it has none. */
  int clientLimit() {
    return clientMaxWindowBits > 0 ? clientMaxWindowBits : 15;
  }

  /** Returns whether the client's window is named without a size, which only an offer may do. */
  boolean bareClientWindow() {
    return clientWindow && clientMaxWindowBits == 0;
  }

  /**
   * Returns what a server grants: everything asked for, and its own wishes where it may. It demands
   * that the client compress each message on its own only if the client offers that: some refuse to
   * connect otherwise, and some do not do it (RFC 7692 §7.1.1.2).
   */
  DeflateParameters grant(DeflateOptions options) {
    boolean alone = !options.contextTakeover();
    int ours = options.maxWindowBits();
    int granted = serverMaxWindowBits > 0 ? Math.min(serverMaxWindowBits, ours) : ours;
    return new DeflateParameters(
        serverNoContextTakeover || alone,
        clientNoContextTakeover,
        granted,
        clientLimit(),
        serverMaxWindowBits > 0 || granted < 15);
  }

  /** Returns the offer as an element of Sec-WebSocket-Extensions. */
  public String header() {
    StringBuilder text = new StringBuilder(DeflateParameters.NAME);
    if (serverNoContextTakeover) {
      text.append("; server_no_context_takeover");
    }
    if (clientNoContextTakeover) {
      text.append("; client_no_context_takeover");
    }
    if (serverMaxWindowBits > 0) {
      text.append("; server_max_window_bits=").append(serverMaxWindowBits);
    }
    if (clientWindow) {
      text.append("; client_max_window_bits");
      if (clientMaxWindowBits > 0) {
        text.append('=').append(clientMaxWindowBits);
      }
    }
    return text.toString();
  }
}
