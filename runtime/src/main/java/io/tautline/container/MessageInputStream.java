package io.tautline.container;

import io.tautline.connection.Connection;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A message that is read while it arrives: each piece is a view of the carrier's buffer, and when
 * it is used up the next is fetched from the connection. Never holds more than one piece; of a
 * compressed message, a copy of what one piece became.
 */
final class MessageInputStream extends InputStream {
  private final Connection connection;
  private final boolean copies;
  private byte[] bytes = {};
  private int at;
  private int end;
  private boolean last;

  /**
   * @param copies whether pieces are valid during {@link #give} only, and come before the one
   *     before is used up: those of compressed messages
   */
  MessageInputStream(Connection connection, boolean copies) {
    this.connection = connection;
    this.copies = copies;
  }

  /** Takes the next piece. */
  void give(byte[] piece, int from, int to, boolean isLast) {
    if (copies) {
      append(piece, from, to);
    } else {
      bytes = piece;
      at = from;
      end = to;
    }
    last = isLast;
  }

  private void append(byte[] piece, int from, int to) {
    int left = end - at;
    int all = left + to - from;
    byte[] room = bytes.length < all ? new byte[Math.max(all, 2 * bytes.length)] : bytes;
    System.arraycopy(bytes, at, room, 0, left);
    System.arraycopy(piece, from, room, left, to - from);
    bytes = room;
    at = 0;
    end = all;
  }

  @Override
  public int read() throws IOException {
    return ready() ? bytes[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!ready()) {
      return -1;
    }
    int n = Math.min(length, end - at);
    System.arraycopy(bytes, at, into, from, n);
    at += n;
    return n;
  }

  @Override
  public int available() {
    return end - at;
  }

  /** Waits for a byte; false at the end of the message. */
  private boolean ready() throws IOException {
    while (at == end) {
      if (last) {
        return false;
      }
      if (!connection.pull()) {
        throw new EOFException("the connection ended within the message");
      }
    }
    return true;
  }

  /** Reads over what the handler has left. */
  void skipRest() {
    at = end;
    while (!last && connection.pull()) {
      at = end;
    }
  }
}
