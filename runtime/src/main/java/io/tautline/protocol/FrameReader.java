package io.tautline.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames, for either role (RFC 6455 §5).
 *
 * <p>Everything given is consumed: payload is unmasked in place and handed on as views of the
 * caller's array, so a frame that arrives in one piece is never copied. Kept between calls are only
 * the counters of the frame in progress and, when a cut falls there, the bytes of one header or one
 * control payload. A header is judged as soon as its first two bytes are there, before any payload.
 */
public final class FrameReader {
  /**
   * Receives what the stream contains. Arrays are the caller's of {@link #read}: valid during the
   * call only, and only between the given bounds.
   */
  public interface Events {
    /**
     * A frame of a data message begins; {@code opcode} is that of its message.
     *
     * @return most bytes of its payload to hand on at once; whoever stops then has no more of it
     */
    int frame(int opcode, boolean first, boolean fin, int rsv, long length)
        throws ProtocolException;

    /**
     * Payload of that frame, unmasked; called at least once per frame, also when it is empty.
     *
     * @param last whether this ends the message
     */
    void payload(byte[] bytes, int from, int to, boolean last) throws ProtocolException;

    /** A Ping, which wants a Pong with the same payload (§5.5.2). */
    void ping(byte[] bytes, int from, int to);

    /** A Pong, asked for or not (§5.5.3). */
    void pong(byte[] bytes, int from, int to);

    /** A Close; nothing that follows it is read (§5.5.1). */
    void close(ClosePayload payload);
  }

  /** First bytes of messages in one frame, without reserved bits. */
  private static final byte SHORT_TEXT = (byte) (0x80 | Opcode.TEXT);

  private static final byte SHORT_BINARY = (byte) (0x80 | Opcode.BINARY);

  private final Role role;

  /** Whether the peer masks (§5.1). */
  private final boolean masked;

  /** Bytes of the peer's shortest header. */
  private final int shortHeader;

  private final Events events;

  /** Reserved bits with a negotiated meaning on the first frame of a message. */
  private final int rsvAllowed;

  private final FrameHeader header = new FrameHeader();

  /** Payload bytes of the current frame still to come; -1 between frames. */
  private long left = -1;

  /** Masking key of the current frame, rotated to its next byte. */
  private int key;

  /** Opcode of the message in progress, or 0 between messages. */
  private int message;

  /** Start of a header or control payload that a cut separated from its end, else null. */
  private byte @Nullable [] stash;

  private int stashed;
  private boolean closed;
  private boolean stopped;

  /** Most bytes of the payload of a message in one event. */
  private int most;

  /**
   * @param role our own role: a server reads what a client wrote
   * @param rsvAllowed reserved bits that a negotiated extension uses, e.g. {@link FrameHeader#RSV1}
   */
  public FrameReader(Role role, int rsvAllowed, Events events) {
    this.role = role;
    this.masked = role == Role.SERVER;
    this.shortHeader = FrameHeader.size(0, masked);
    this.rsvAllowed = rsvAllowed;
    this.events = events;
  }

  /**
   * Reads the next bytes of the stream: all of them, unless an event calls {@link #stop}. After a
   * Close frame they are ignored.
   *
   * @param bytes payload in it is unmasked in place
   * @return the index of the first byte not read
   * @throws ProtocolException with the close code to answer; the reader must not be used after it
   */
  public int read(byte[] bytes, int from, int to) throws ProtocolException {
    int i = from;
    stopped = false;
    while (i < to && !stopped) {
      if (closed) {
        return to;
      }
      i =
          left >= 0
              ? payload(bytes, i, to)
              : isShortMessage(bytes, i, to) ? shortMessage(bytes, i) : header(bytes, i, to);
    }
    return i;
  }

  /** Makes {@link #read} return after the event under way; called from that event. */
  public void stop() {
    stopped = true;
  }

  /** Returns whether the stream stands between two messages, so that its end is not a cut. */
  public boolean betweenMessages() {
    return message == 0 && left < 0 && stashed == 0;
  }

  /** Returns whether a message in one short frame stands there whole, as most do. */
  private boolean isShortMessage(byte[] bytes, int from, int to) {
    int body = from + shortHeader;
    if (to < body || message != 0 || stashed != 0) {
      return false;
    }
    int second = bytes[from + 1];
    int length = second & 0x7F;
    return (bytes[from] == SHORT_TEXT || bytes[from] == SHORT_BINARY)
        && second < 0 == masked
        && length <= 125
        && length <= to - body;
  }

  /** Reads such a message, of which nothing needs to be kept. */
  private int shortMessage(byte[] bytes, int from) throws ProtocolException {
    int body = from + shortHeader;
    int length = bytes[from + 1] & 0x7F;
    int end = body + length;
    events.frame(bytes[from] & 0x0F, true, true, 0, length);
    if (masked) {
      Mask.apply(bytes, body, end, FrameHeader.key(bytes, from + 2));
    }
    events.payload(bytes, body, end, true);
    return end;
  }

  private int header(byte[] bytes, int from, int to) throws ProtocolException {
    if (stashed > 0) {
      return stashedHeader(bytes, from, to);
    }
    if (to - from >= 2) {
      FrameHeader.check(bytes[from], bytes[from + 1], role, rsvAllowed, message);
      int size = header.read(bytes, from, to);
      if (size > 0) {
        begin();
        // An empty payload at the end of the input has no byte to bring us back here.
        return left == 0 ? payload(bytes, from + size, to) : from + size;
      }
    }
    stash(bytes, from, to, FrameHeader.MAX_BYTES);
    return to;
  }

  /** Continues a header of which at least one byte is in the stash. */
  private int stashedHeader(byte[] bytes, int from, int to) throws ProtocolException {
    int i = from;
    byte[] start = stash(bytes, i, i + 1, FrameHeader.MAX_BYTES);
    i++;
    if (stashed == 2) {
      FrameHeader.check(start[0], start[1], role, rsvAllowed, message);
    }
    if (header.read(start, 0, stashed) > 0) {
      stash = null;
      stashed = 0;
      begin();
      return left == 0 ? payload(bytes, i, to) : i;
    }
    return i;
  }

  private void begin() throws ProtocolException {
    left = header.length;
    key = header.key;
    if (!Opcode.isControl(header.opcode)) {
      boolean first = header.opcode != Opcode.CONTINUATION;
      if (first) {
        message = header.opcode;
      }
      most = events.frame(message, first, header.fin, header.rsv, left);
    }
  }

  private int payload(byte[] bytes, int from, int to) throws ProtocolException {
    boolean control = Opcode.isControl(header.opcode);
    int bound = control ? FrameHeader.MAX_CONTROL_PAYLOAD : most;
    int end = from + (int) Math.min(left, Math.min(to - from, bound)); // left may be near 2^63
    if (header.masked) {
      key = Mask.apply(bytes, from, end, key);
    }
    left -= end - from;
    boolean frameEnds = left == 0;
    if (frameEnds) {
      left = -1;
    }
    if (control) {
      control(bytes, from, end, frameEnds);
    } else {
      boolean last = frameEnds && header.fin;
      if (last) {
        message = 0;
      }
      events.payload(bytes, from, end, last);
    }
    return end;
  }

  private void control(byte[] bytes, int from, int to, boolean frameEnds) throws ProtocolException {
    if (!frameEnds) {
      stash(bytes, from, to, FrameHeader.MAX_CONTROL_PAYLOAD);
      return;
    }
    if (stashed == 0) {
      control(bytes, from, to);
      return;
    }
    byte[] whole = stash(bytes, from, to, FrameHeader.MAX_CONTROL_PAYLOAD);
    int length = stashed;
    stash = null;
    stashed = 0;
    control(whole, 0, length);
  }

  private void control(byte[] bytes, int from, int to) throws ProtocolException {
    switch (header.opcode) {
      case Opcode.PING -> events.ping(bytes, from, to);
      case Opcode.PONG -> events.pong(bytes, from, to);
      default -> {
        closed = true;
        events.close(ClosePayload.parse(bytes, from, to));
      }
    }
  }

  private byte[] stash(byte[] bytes, int from, int to, int capacity) {
    byte[] kept = stash;
    if (kept == null) {
      kept = new byte[capacity];
      stash = kept;
    }
    System.arraycopy(bytes, from, kept, stashed, to - from);
    stashed += to - from;
    return kept;
  }
}
