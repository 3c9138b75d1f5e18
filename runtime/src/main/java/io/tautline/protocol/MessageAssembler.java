package io.tautline.protocol;

import io.tautline.deflate.MessageInflater;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Turns frames into messages: whole and bounded, or part by part for a receiver that streams.
 *
 * <p>A message that arrives in one piece is handed on as a view of the input. Otherwise its parts
 * are copied into one growing array, never larger than four times what has arrived unless it was
 * there anyway ({@link Memory#spare}), which is let go with the message; a fragment costs no
 * object. Text is validated as it arrives (RFC 6455 §8.1).
 */
public final class MessageAssembler implements FrameReader.Events {
  /** Receives messages and control frames. Arrays are valid during the call only. */
  public interface Messages {
    /** A whole text message, valid UTF-8. */
    void text(byte[] bytes, int from, int to);

    /** A whole binary message. */
    void binary(byte[] bytes, int from, int to);

    /**
     * A part of a message whose kind streams.
     *
     * @param opcode {@link Opcode#TEXT} or {@link Opcode#BINARY}; text may be cut inside a
     *     character
     * @param last whether the message ends with this part
     */
    void part(int opcode, byte[] bytes, int from, int to, boolean last);

    /** A Ping, which wants a Pong with the same payload. */
    void ping(byte[] bytes, int from, int to);

    /** A Pong, asked for or not. */
    void pong(byte[] bytes, int from, int to);

    /** A Close; nothing follows it. */
    void close(ClosePayload payload);
  }

  private static final int FIRST_CAPACITY = 256;

  /** Once a message of known length has arrived to one part of so many, there is room for all. */
  private static final int EARLY = 4;

  /** With less to come, what follows the message may be read along with it. */
  private static final int LEAST_IN_PLACE = 64 * 1024;

  /**
   * Of a compressed message that streams, how many bytes are decompressed at a time: whoever reads
   * it holds what becomes of them, at most 1032 times as much (264 KiB).
   */
  private static final int COMPRESSED_PIECE = 256;

  private final Messages messages;
  private int maxFragments;
  private final Utf8 utf8 = new Utf8();

  /** Decompresses messages that say they are compressed; null when that was not negotiated. */
  private final @Nullable MessageInflater inflater;

  private final MessageInflater.Sink<ProtocolException> inflated = this::inflated;

  /** Most bytes of one text message held in memory. */
  private int maxTextBytes;

  /** Most bytes of one binary message held in memory. */
  private int maxBinaryBytes;

  /** Most bytes of one frame. */
  private long maxFrameBytes = Long.MAX_VALUE;

  /** Where the memory for {@link #held} is taken from. */
  private Memory memory = Memory.UNBOUNDED;

  private boolean streamText;
  private boolean streamBinary;

  /** Opcode of the message in progress. */
  private int opcode;

  private boolean streaming;
  private boolean compressed;

  private int limit;
  private int fragments;

  /** Bytes of the message yet to come, if its last frame is under way uncompressed, else 0. */
  private long toCome;

  /** The beginning of a whole message that did not arrive in one piece, else null. */
  private byte @Nullable [] held;

  private int heldBytes;

  /** What was taken from {@link #memory}; more than is held if making room has failed. */
  private int taken;

  /**
   * @param maxTextBytes longest text message, in bytes of UTF-8
   * @param maxBinaryBytes longest binary message
   * @param maxFragments most frames in one message held in memory
   * @param inflater what decompresses messages, or null if none come compressed
   */
  public MessageAssembler(
      int maxTextBytes,
      int maxBinaryBytes,
      int maxFragments,
      @Nullable MessageInflater inflater,
      Messages messages) {
    this.maxTextBytes = maxTextBytes;
    this.maxBinaryBytes = maxBinaryBytes;
    this.maxFragments = maxFragments;
    this.inflater = inflater;
    this.messages = messages;
  }

  /** Changes the limits, from the next message on. */
  public void limits(int maxTextBytes, int maxBinaryBytes) {
    this.maxTextBytes = maxTextBytes;
    this.maxBinaryBytes = maxBinaryBytes;
  }

  /** Bounds every frame, also of messages that stream or are compressed, and their number. */
  public void frameLimits(long maxFrameBytes, int maxFragments) {
    this.maxFrameBytes = maxFrameBytes;
    this.maxFragments = maxFragments;
  }

  /** Takes the memory for messages that do not arrive in one piece from there; before any does. */
  public void memory(Memory shared) {
    memory = shared;
  }

  /** Chooses, from the next message on, which kinds are handed on part by part, without limit. */
  public void stream(boolean text, boolean binary) {
    streamText = text;
    streamBinary = binary;
  }

  /** Returns whether messages may come compressed. */
  public boolean inflates() {
    return inflater != null;
  }

  /** Returns whether the message in progress is handed on part by part. */
  public boolean isStreaming() {
    return streaming;
  }

  /** Returns the bytes held for a message that has not ended. */
  public int heldBytes() {
    return heldBytes;
  }

  /**
   * Returns where to read what comes next, if that is much of one long message: its place in the
   * message, so that it need not be copied there. To be given on from there.
   *
   * @param most bytes to be read at once
   * @return null for anywhere else
   */
  public @Nullable ByteBuffer place(int most) {
    byte[] kept = held;
    long room = kept == null ? 0 : Math.min(toCome, kept.length - heldBytes);
    return kept == null || room < LEAST_IN_PLACE
        ? null
        : ByteBuffer.wrap(kept, heldBytes, (int) Math.min(room, most));
  }

  @Override
  public int frame(int opcode, boolean first, boolean fin, int rsv, long length)
      throws ProtocolException {
    if (first) {
      this.opcode = opcode;
      boolean text = opcode == Opcode.TEXT;
      streaming = text ? streamText : streamBinary;
      limit = text ? maxTextBytes : maxBinaryBytes;
      fragments = 0;
      compressed = (rsv & FrameHeader.RSV1) != 0;
    }
    if (++fragments > maxFragments && !streaming) {
      throw new ProtocolException(
          CloseCode.POLICY_VIOLATION,
          "message of more than " + maxFragments + " fragments (maxFragments)");
    }
    if (!compressed && !streaming && length > limit - heldBytes) {
      throw tooBig();
    }
    if (length > maxFrameBytes) {
      throw new ProtocolException(
          CloseCode.TOO_BIG, "frame longer than " + maxFrameBytes + " bytes (maxFrameBytes)");
    }
    toCome = fin && !compressed ? length : 0;
    return streaming && compressed ? COMPRESSED_PIECE : Integer.MAX_VALUE;
  }

  private ProtocolException tooBig() {
    String setting = opcode == Opcode.TEXT ? "maxTextBytes" : "maxBinaryBytes";
    return new ProtocolException(
        CloseCode.TOO_BIG, "message longer than " + limit + " bytes (" + setting + ")");
  }

  @Override
  public void payload(byte[] bytes, int from, int to, boolean last) throws ProtocolException {
    if (compressed) {
      inflate(bytes, from, to, last);
    } else {
      plain(bytes, from, to, last);
    }
  }

  private void inflate(byte[] bytes, int from, int to, boolean last) throws ProtocolException {
    if (inflater == null) {
      throw new IllegalStateException("compressed message without an inflater");
    }
    try {
      inflater.inflate(bytes, from, to, last, inflated);
    } catch (DataFormatException e) {
      throw new ProtocolException(CloseCode.INVALID_DATA, "malformed compressed message");
    }
  }

  private void inflated(byte[] bytes, int from, int to, boolean last) throws ProtocolException {
    if (!streaming && to - from > limit - heldBytes) {
      throw tooBig();
    }
    plain(bytes, from, to, last);
  }

  private void plain(byte[] bytes, int from, int to, boolean last) throws ProtocolException {
    if (opcode == Opcode.TEXT) {
      validate(bytes, from, to, last);
    }
    if (streaming) {
      messages.part(opcode, bytes, from, to, last);
    } else if (!last) {
      if (to > from) {
        hold(bytes, from, to);
        toCome = Math.max(0, toCome - (to - from));
      }
    } else if (heldBytes == 0) {
      whole(bytes, from, to);
    } else {
      byte[] all = hold(bytes, from, to);
      int length = heldBytes;
      held = null; // whatever happens meanwhile, it is in use
      heldBytes = 0;
      taken = 0;
      try {
        whole(all, 0, length);
      } finally {
        memory.giveBack(all);
      }
    }
  }

  private void validate(byte[] bytes, int from, int to, boolean last) throws ProtocolException {
    if (!utf8.accept(bytes, from, to) || (last && !utf8.complete())) {
      throw new ProtocolException(CloseCode.INVALID_DATA, "text is not UTF-8");
    }
  }

  private void whole(byte[] bytes, int from, int to) {
    if (opcode == Opcode.TEXT) {
      messages.text(bytes, from, to);
    } else {
      messages.binary(bytes, from, to);
    }
  }

  private byte[] hold(byte[] bytes, int from, int to) throws ProtocolException {
    int need = heldBytes + (to - from); // at most limit, so no overflow
    byte[] kept = held;
    if (kept == null) {
      kept = first(need);
      held = kept;
    } else if (kept.length < need) {
      int grown = capacity(need, kept.length * 2L);
      take(grown - kept.length);
      kept = Arrays.copyOf(kept, grown);
      held = kept;
    }
    if (bytes != kept) { // else they were read into place()
      System.arraycopy(bytes, from, kept, heldBytes, to - from);
    }
    heldBytes = need;
    return kept;
  }

  /** Returns a used array with room for all, if that is known and there is one; else a new one. */
  private byte[] first(int need) throws ProtocolException {
    byte[] spare = toCome < Memory.SPARE_BYTES ? null : memory.spare((int) toCome);
    if (spare != null) {
      taken += spare.length;
      return spare;
    }
    int capacity = capacity(need, FIRST_CAPACITY);
    take(capacity);
    return new byte[capacity];
  }

  /** Returns how large the array is to be: just right if that is known and not far off. */
  private int capacity(int need, long usual) {
    long all = heldBytes + toCome;
    if (need <= all && all <= (long) EARLY * need) {
      return (int) all;
    }
    return (int) Math.min(Math.max(need, usual), Math.max(limit, need));
  }

  private void take(int bytes) throws ProtocolException {
    if (!memory.take(bytes)) {
      throw new ProtocolException(
          CloseCode.TRY_AGAIN_LATER, "too many unfinished messages (maxUnfinishedBytes)");
    }
    taken += bytes;
  }

  private void letGo() {
    byte[] kept = held;
    if (kept != null) {
      held = null;
      heldBytes = 0;
      taken -= kept.length;
      memory.giveBack(kept);
    }
    if (taken > 0) { // for an array that could not be made
      memory.take(-taken);
      taken = 0;
    }
  }

  /** Lets go of what it holds and of what decompresses; at the end of the connection. */
  public void end() {
    letGo();
    if (inflater != null) {
      inflater.end();
    }
  }

  @Override
  public void ping(byte[] bytes, int from, int to) {
    messages.ping(bytes, from, to);
  }

  @Override
  public void pong(byte[] bytes, int from, int to) {
    messages.pong(bytes, from, to);
  }

  @Override
  public void close(ClosePayload payload) {
    messages.close(payload);
  }
}
