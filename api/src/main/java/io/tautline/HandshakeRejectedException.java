package io.tautline;

import jakarta.websocket.DeploymentException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A server has answered a client's handshake with another status than 101 (RFC 6455 §4.2.2): why,
 * in its own words. What {@code connectToServer} and {@link Clients} throw then.
 */
public class HandshakeRejectedException extends DeploymentException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Map<String, List<String>> headers;
  private final byte[] body;

  /**
   * For containers.
   *
   * @param message for people
   * @param status of HTTP
   * @param headers names in any case
   * @param body of the answer, or its beginning; not copied
   */
  public HandshakeRejectedException(
      String message, int status, Map<String, List<String>> headers, byte[] body) {
    super(message);
    this.status = status;
    Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(headers);
    this.headers = all;
    this.body = body;
  }

  /** Returns the HTTP status, such as 401 or 503. */
  public int status() {
    return status;
  }

  /** Returns the first value of a header, or null; {@code Retry-After}, for example. */
  public @Nullable String header(String name) {
    List<String> values = headers().get(name);
    return values == null || values.isEmpty() ? null : values.get(0);
  }

  /** Returns all headers; whatever the case of a name, it is found. */
  public Map<String, List<String>> headers() {
    return headers == null ? Map.of() : headers; // null once it has been serialised
  }

  /** Returns the body of the answer, at most its first 64 KiB. */
  public byte[] body() {
    return body.clone();
  }

  /** Returns the body as text: UTF-8, unless its type names ISO 8859-1. */
  public String text() {
    String type = String.valueOf(header("Content-Type")).toLowerCase(Locale.ROOT);
    return new String(
        body,
        type.contains("charset=iso-8859-1") ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }
}
