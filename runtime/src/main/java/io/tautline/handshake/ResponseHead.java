package io.tautline.handshake;

import java.nio.charset.StandardCharsets;

/**
 * The head of an HTTP/1.1 response.
 *
 * @param status three digits
 * @param reason the reason phrase, may be empty
 * @param headers the fields
 */
public record ResponseHead(int status, String reason, Headers headers) {
  /** Returns whether another answer follows (RFC 9110 §15.2). */
  public boolean interim() {
    return status < 200 && status != 101;
  }

  /** Returns the head as it goes on the wire, the empty line included. */
  public byte[] bytes() {
    StringBuilder text = new StringBuilder(160);
    text.append("HTTP/1.1 ").append(status).append(' ').append(reason).append("\r\n");
    for (int i = 0; i < headers.size(); i++) {
      headers.write(i, text);
    }
    text.append("\r\n");
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
