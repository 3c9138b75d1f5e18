package io.tautline.connection;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Short frames that handlers of other connections have sent, which wait for those that follow, so
 * that all leave in one write; guarded by its {@link Outbound}.
 */
final class Parcel {
  /** Beyond it a system call costs less than what it carries; thousands may be filled at once. */
  private static final int MAX_BYTES = 2048;

  private byte @Nullable [] frames;
  private int length;

  boolean isEmpty() {
    return length == 0;
  }

  boolean hasRoom(int size) {
    return size <= MAX_BYTES - length;
  }

  /**
   * Adds a frame, for which there is room.
   *
   * @param frame not changed any more, just as long as its array
   */
  void add(byte[] frame) {
    byte[] all = frames;
    if (all == null) {
      frames = frame;
    } else {
      int end = length + frame.length;
      if (end > all.length) { // as it is after the first, which is not ours to change
        all = Arrays.copyOf(all, Math.min(MAX_BYTES, Math.max(4 * all.length, end)));
      }
      System.arraycopy(frame, 0, all, length, frame.length);
      frames = all;
    }
    length += frame.length;
  }

  /** Returns all frames and starts over; null for none. */
  @Nullable ByteBuffer take() {
    byte[] all = frames;
    if (all == null) {
      return null;
    }
    ByteBuffer taken = ByteBuffer.wrap(all, 0, length);
    frames = null;
    length = 0;
    return taken;
  }
}
