package io.tautline.connection;

import io.tautline.deflate.MessageDeflater;
import io.tautline.protocol.FrameHeader;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.Role;
import org.jspecify.annotations.Nullable;

/**
 * Compresses messages on their way to the {@link FrameOutput}, where both ends agreed on that, but
 * not those too short to gain by it. Guarded by its {@link Outbound}.
 *
 * <p>A compressor that fails, for want of memory for example, may have lost part of its context, so
 * the connection fails with it: the peer could read nothing that follows.
 */
final class CompressedOutput {
  private final FrameOutput output;
  private final Compression compression;
  private final MessageDeflater deflater;
  private final int minBytes;

  /** Whether the message that is being sent part by part is compressed. */
  private boolean compressing;

  CompressedOutput(FrameOutput output, Compression compression, Role role) {
    this.output = output;
    this.compression = compression;
    this.deflater = compression.deflater(role);
    this.minBytes = compression.options().minBytes();
  }

  /** Returns whether a whole message of that size is compressed. */
  boolean compresses(int size) {
    return size >= minBytes;
  }

  /** Sends a message, or a part of one. */
  void data(
      boolean fin, int opcode, byte[] payload, int from, int to, @Nullable Completion completion) {
    boolean first = opcode != Opcode.CONTINUATION;
    if (first) {
      compressing = !fin || compresses(to - from);
    }
    if (compressing) {
      try {
        byte[] small = deflater.deflate(payload, from, to, fin);
        int rsv = first ? FrameHeader.RSV1 : 0;
        output.frame(fin, rsv, opcode, small, 0, deflater.length(), completion);
        deflater.release();
      } catch (RuntimeException | Error e) {
        output.broken(e);
        throw e;
      }
    } else {
      output.frame(fin, 0, opcode, payload, from, to, completion);
    }
  }

  /**
   * Returns a server's frame that is made and compressed once for many; null if this peer's is
   * compressed in a context that it shares with the messages before. Without the lock.
   */
  byte @Nullable [] shared(OutgoingMessage message) {
    if (!compresses(message.size())) {
      return message.frame();
    }
    return deflater.takeover() ? null : message.frame(compression);
  }

  /** Gives back what compressing takes. */
  void end() {
    deflater.end();
  }
}
