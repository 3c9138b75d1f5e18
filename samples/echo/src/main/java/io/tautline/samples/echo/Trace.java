package io.tautline.samples.echo;

import io.tautline.protocol.Opcode;
import java.io.PrintStream;
import java.nio.ByteBuffer;

/** One direction of a connection, as people read it: the lines of the head, then frame headers. */
final class Trace {
  private final String prefix;
  private final PrintStream out;
  private final StringBuilder line = new StringBuilder();
  private boolean inHead = true;

  /** Whether what follows the head is the body of a refusal. */
  private boolean refused;

  /** Whether its status line is not that of an upgrade. */
  private boolean answer;

  /** The bytes of a frame's header, as far as they have come. */
  private final byte[] header = new byte[14];

  private int length;

  /** Bytes of payload still to come. */
  private long payload;

  Trace(String prefix, PrintStream out) {
    this.prefix = prefix;
    this.out = out;
  }

  void pass(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      if (refused) {
        return;
      } else if (inHead) {
        head((char) bytes.get());
      } else if (payload > 0) {
        int count = (int) Math.min(payload, bytes.remaining());
        bytes.position(bytes.position() + count);
        payload -= count;
      } else {
        header[length++] = bytes.get();
        frame();
      }
    }
  }

  private void head(char c) {
    if (c != '\n') {
      line.append(c);
      return;
    }
    String text = line.toString().stripTrailing();
    answer |= text.startsWith("HTTP/1.1 ") && !text.startsWith("HTTP/1.1 101");
    line.setLength(0);
    inHead = !text.isEmpty();
    if (inHead) {
      out.println(prefix + text);
    } else {
      refused = answer;
    }
  }

  /** Prints a header that is complete (RFC 6455 §5.2). */
  private void frame() {
    if (length < 2) {
      return;
    }
    int small = header[1] & 0x7f;
    int sizeBytes = small == 126 ? 2 : small == 127 ? 8 : 0;
    boolean masked = (header[1] & 0x80) != 0;
    if (length < 2 + sizeBytes + (masked ? 4 : 0)) {
      return;
    }
    payload = small;
    if (sizeBytes > 0) {
      payload = 0;
      for (int i = 0; i < sizeBytes; i++) {
        payload = payload << 8 | header[2 + i] & 0xff;
      }
    }
    out.println(
        prefix
            + name(header[0] & 0xf)
            + ((header[0] & 0x80) != 0 ? " fin" : "")
            + ((header[0] & 0x40) != 0 ? " compressed" : "")
            + (masked ? " masked" : "")
            + " "
            + payload
            + " bytes");
    length = 0;
  }

  private static String name(int opcode) {
    return switch (opcode) {
      case Opcode.CONTINUATION -> "continuation";
      case Opcode.TEXT -> "text";
      case Opcode.BINARY -> "binary";
      case Opcode.CLOSE -> "close";
      case Opcode.PING -> "ping";
      case Opcode.PONG -> "pong";
      default -> "opcode " + opcode;
    };
  }
}
