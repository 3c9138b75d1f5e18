package io.tautline.connection;

import io.tautline.protocol.FrameWriter;
import io.tautline.transport.Carrier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection's own turn has sent so far, gathered in the carrier's buffer so that it leaves
 * in one write; guarded by its {@link Outbound}.
 */
final class Burst {
  /** Room for the longest header in any case. */
  private static final int LEAST = 1024;

  /** The carrier serving the connection, unless that turn has ended or been stolen. */
  private @Nullable Carrier carrier;

  private int length;

  /** Most bytes that are gathered, as they may all have to wait in memory. */
  private int most = Carrier.BUFFER_BYTES;

  private @Nullable List<Completion> completions;

  /** Gathers at most so many bytes from now on, and one header more. */
  void most(int bytes) {
    most = Math.min(Carrier.BUFFER_BYTES, Math.max(bytes, LEAST));
  }

  void begin(@Nullable Carrier serving) {
    carrier = serving;
  }

  void end() {
    carrier = null;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Returns whether the calling thread is the one whose sends are gathered. */
  boolean isOurs() {
    return carrier != null && Thread.currentThread() == carrier;
  }

  boolean hasRoom(long size) {
    return size <= most - length;
  }

  void put(
      FrameWriter writer,
      boolean fin,
      int rsv,
      int opcode,
      byte[] payload,
      int from,
      int to,
      @Nullable Completion completion) {
    if (carrier == null) {
      throw new IllegalStateException("no turn is under way");
    }
    length = writer.write(carrier.out(), length, fin, rsv, opcode, payload, from, to);
    add(completion);
  }

  /** Gathers a text, if it is ASCII; there must be room to find that out. */
  boolean ascii(FrameWriter writer, String text) {
    if (carrier == null) {
      throw new IllegalStateException("no turn is under way");
    }
    int end = writer.ascii(carrier.out(), length, text);
    if (end >= 0) {
      length = end;
    }
    return end >= 0;
  }

  /** Returns memory for a frame that is too long to be gathered; null if it is too long for it. */
  byte @Nullable [] longOut(long size) {
    return carrier == null ? null : carrier.longOut(size);
  }

  /** Returns how many bytes may still be gathered. */
  int room() {
    return most - length;
  }

  /** Gathers the header of a frame whose payload comes by {@link #chunk}. */
  void header(FrameWriter writer, boolean fin, int rsv, int opcode, long payload) {
    if (carrier == null) {
      throw new IllegalStateException("no turn is under way");
    }
    length = writer.header(carrier.out(), length, fin, rsv, opcode, payload);
  }

  /** Gathers the next bytes of a frame's payload, for which there must be room. */
  void chunk(FrameWriter writer, byte[] payload, int from, int count) {
    if (carrier == null) {
      throw new IllegalStateException("no turn is under way");
    }
    System.arraycopy(payload, from, carrier.out(), length, count);
    writer.mask(carrier.out(), length, length + count);
    length += count;
  }

  /** Gathers a frame that has been written already. */
  void put(byte[] frame, @Nullable Completion completion) {
    if (carrier == null) {
      throw new IllegalStateException("no turn is under way");
    }
    System.arraycopy(frame, 0, carrier.out(), length, frame.length);
    length += frame.length;
    add(completion);
  }

  /** Has someone told of what has been gathered so far; null for nobody. */
  void add(@Nullable Completion completion) {
    if (completion != null) {
      if (completions == null) {
        completions = new ArrayList<>();
      }
      completions.add(completion);
    }
  }

  /** Returns what has been gathered, to be written at once, and starts over; null for nothing. */
  @Nullable ByteBuffer take() {
    if (carrier == null || length == 0) {
      return null;
    }
    ByteBuffer gathered = carrier.outBuffer(length);
    length = 0;
    return gathered;
  }

  /** Returns whom to tell of what was taken last, as one; null for nobody. */
  @Nullable Completion takeCompletion() {
    List<Completion> all = completions;
    completions = null;
    return all == null ? null : failure -> all.forEach(one -> Completions.tell(one, failure));
  }
}
