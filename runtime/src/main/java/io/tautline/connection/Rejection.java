package io.tautline.connection;

import io.tautline.handshake.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A response that rejects a client's handshake, with the first 64 KiB of its body. */
final class Rejection {
  static final byte[] NO_BODY = {};

  /** Longest body that is kept. */
  private static final int MAX_BODY = 64 * 1024;

  private final ResponseHead head;
  private final boolean chunked;
  private final long length;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  Rejection(ResponseHead head) {
    this.head = head;
    this.chunked = head.headers().hasToken("Transfer-Encoding", "chunked");
    this.length = length(head);
  }

  private static long length(ResponseHead head) {
    String field = head.headers().first("Content-Length");
    return field != null && field.matches("[0-9]{1,18}") ? Long.parseLong(field) : Long.MAX_VALUE;
  }

  ResponseHead head() {
    return head;
  }

  /** Returns whether no more is to be read. */
  boolean isComplete() {
    boolean bodiless = head.status() == 204 || head.status() == 304 || head.status() / 100 == 3;
    return bodiless
        || body.size() >= (chunked ? MAX_BODY : Math.min(length, MAX_BODY))
        || (chunked && text().endsWith("0\r\n\r\n"));
  }

  /** Takes more of the body. */
  void add(byte[] bytes, int from, int to) {
    body.write(bytes, from, Math.min(to - from, MAX_BODY - body.size()));
  }

  /** Returns the body, as far as it came, without the marks of chunks (RFC 9112 §7.1). */
  byte[] body() {
    return chunked ? withoutChunks(body.toByteArray()) : body.toByteArray();
  }

  private String text() {
    return body.toString(StandardCharsets.ISO_8859_1);
  }

  private static byte[] withoutChunks(byte[] bytes) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(bytes.length);
    int at = 0;
    long size = -1;
    while (size != 0 && at < bytes.length) {
      size = 0;
      for (; at < bytes.length && Character.digit(bytes[at], 16) >= 0; at++) {
        size = Math.min(size * 16 + Character.digit(bytes[at], 16), Integer.MAX_VALUE);
      }
      while (at < bytes.length && bytes[at] != '\n') {
        at++; // an extension, and CR
      }
      int from = Math.min(at + 1, bytes.length);
      int count = (int) Math.min(size, bytes.length - from);
      plain.write(bytes, from, count);
      at = from + count + 2; // behind CR LF
    }
    return plain.toByteArray();
  }
}
