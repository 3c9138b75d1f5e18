package io.tautline.channel;

import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.HeadParser;
import io.tautline.handshake.RequestHead;
import io.tautline.handshake.ResponseHead;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** Reads one head from a channel, into the buffer that the frames behind it are read from later. */
final class HeadReader {
  static final int MAX_BYTES = 8 * 1024;
  private static final int MAX_FIELDS = 100;
  private static final int MAX_TARGET = 4 * 1024;

  private final byte[] bytes = new byte[WebSocketChannel.BUFFER_BYTES];
  private final ByteBuffer buffer = ByteBuffer.wrap(bytes).limit(0);

  /** Reads the next response. */
  ResponseHead response(ByteChannel channel) throws IOException, HandshakeException {
    return read(channel, new HeadParser(MAX_BYTES, MAX_FIELDS, MAX_TARGET)).response();
  }

  /** Reads a request. */
  RequestHead request(ByteChannel channel) throws IOException, HandshakeException {
    return read(channel, new HeadParser(MAX_BYTES, MAX_FIELDS, MAX_TARGET).afterEmptyLine())
        .request();
  }

  private HeadParser read(ByteChannel channel, HeadParser parser)
      throws IOException, HandshakeException {
    int end;
    do {
      if (!buffer.hasRemaining()) {
        buffer.clear();
        int n = channel.read(buffer);
        buffer.flip();
        if (n < 0) {
          throw new EOFException("the peer closed the connection during the handshake");
        }
      }
      end = parser.read(bytes, buffer.position(), buffer.limit());
      buffer.position(end < 0 ? buffer.limit() : end);
    } while (end < 0);
    return parser;
  }

  /** Returns the buffer, to be read into from now on. */
  byte[] buffer() {
    return bytes;
  }

  /** Returns where the first frames begin that were read behind the head. */
  int rest() {
    return buffer.position();
  }

  /** Returns where they end. */
  int end() {
    return buffer.limit();
  }

  static void write(ByteChannel channel, byte[] bytes) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(bytes);
    while (all.hasRemaining()) {
      channel.write(all);
    }
  }
}
