package io.tautline.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One frame header (RFC 6455 §5.2): read from bytes, checked, written to bytes.
 *
 * <p>Mutable and meant to be reused, so that reading does not allocate: {@link #read} fills every
 * field, or none when the header is not yet complete. Writing needs no object.
 */
public final class FrameHeader {
  /** Bytes of the shortest header: server to client, payload up to 125 bytes. */
  public static final int MIN_BYTES = 2;

  /** Bytes of the longest header: client to server, payload of 64 KiB or more. */
  public static final int MAX_BYTES = 14;

  /** Bytes of payload a control frame may carry (§5.5). */
  public static final int MAX_CONTROL_PAYLOAD = 125;

  /** The bit of {@link #rsv} that permessage-deflate uses (RFC 7692 §6). */
  public static final int RSV1 = 0x40;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  boolean fin;

  /** Reserved bits where they stand in the first byte: 0x40, 0x20, 0x10. */
  int rsv;

  int opcode;
  boolean masked;

  /** The masking key, first octet in the high byte; 0 when not {@link #masked}. */
  int key;

  long length;

  /** Makes one to be read into. */
  public FrameHeader() {}

  /** Returns the bytes of payload that follow the header. */
  public long length() {
    return length;
  }

  /**
   * Reads a header.
   *
   * @param bytes where it stands, from {@code from} to {@code to}, exclusive
   * @return the bytes it takes, or 0 if it is not complete; then no field has changed
   * @throws ProtocolException with 1002 if the length has its top bit set or is not in the shortest
   *     form (§5.2)
   */
  public int read(byte[] bytes, int from, int to) throws ProtocolException {
    int have = to - from;
    if (have < MIN_BYTES) {
      return 0;
    }
    int second = bytes[from + 1];
    int size = size(second);
    if (have < size) {
      return 0;
    }
    int first = bytes[from];
    long declared = second & 0x7F;
    if (declared == 126) {
      declared = (short) SHORT.get(bytes, from + 2) & 0xFFFF;
      require(declared > 125, "length not in its shortest form");
    } else if (declared == 127) {
      declared = (long) LONG.get(bytes, from + 2);
      require(declared >= 0, "length with its top bit set");
      require(declared > 0xFFFF, "length not in its shortest form");
    }
    fin = first < 0;
    rsv = first & 0x70;
    opcode = first & 0x0F;
    masked = second < 0;
    key = masked ? key(bytes, from + size - 4) : 0;
    length = declared;
    return size;
  }

  /** Returns the masking key that stands there. */
  static int key(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  /** Returns the size of a header whose second byte is {@code second}. */
  static int size(int second) {
    int code = second & 0x7F;
    int size = code == 127 ? 10 : code == 126 ? 4 : 2;
    return (second & 0x80) != 0 ? size + 4 : size;
  }

  /** Returns the bytes that a header for {@code length} bytes of payload takes. */
  public static int size(long length, boolean masked) {
    int size = length <= 125 ? 2 : length <= 0xFFFF ? 4 : 10;
    return masked ? size + 4 : size;
  }

  /**
   * Writes a header.
   *
   * @param bytes with {@link #size(long, boolean)} bytes of room at {@code at}
   * @param rsv reserved bits where they stand in the first byte
   * @param key the masking key, first octet in the high byte; not written unless {@code masked}
   * @param length bytes of payload that follow
   * @return the index after the header
   */
  public static int write(
      byte[] bytes,
      int at,
      boolean fin,
      int rsv,
      int opcode,
      boolean masked,
      int key,
      long length) {
    bytes[at] = (byte) ((fin ? 0x80 : 0) | rsv | opcode);
    int bit = masked ? 0x80 : 0;
    int i;
    if (length <= 125) {
      bytes[at + 1] = (byte) (bit | (int) length);
      i = at + 2;
    } else if (length <= 0xFFFF) {
      bytes[at + 1] = (byte) (bit | 126);
      SHORT.set(bytes, at + 2, (short) length);
      i = at + 4;
    } else {
      bytes[at + 1] = (byte) (bit | 127);
      LONG.set(bytes, at + 2, length);
      i = at + 10;
    }
    if (masked) {
      INT.set(bytes, i, key);
      i += 4;
    }
    return i;
  }

  /**
   * Checks the first two bytes of a header against every rule that can be judged from them.
   *
   * @param first byte with FIN, RSV and opcode
   * @param second byte with MASK and the short length
   * @param reader our role; a server wants masked frames, a client unmasked ones (§5.1)
   * @param rsvAllowed reserved bits with a negotiated meaning
   * @param message opcode of the message in progress, or 0 between messages
   * @throws ProtocolException with 1002 and the broken rule
   */
  public static void check(int first, int second, Role reader, int rsvAllowed, int message)
      throws ProtocolException {
    int opcode = first & 0x0F;
    int rsv = first & 0x70;
    require((rsv & ~rsvAllowed) == 0, "reserved bit set without a negotiated meaning");
    require(!Opcode.isReserved(opcode), "reserved opcode");
    if (Opcode.isControl(opcode)) {
      require((first & 0x80) != 0, "fragmented control frame");
      require((second & 0x7F) <= MAX_CONTROL_PAYLOAD, "control frame longer than 125 bytes");
      require(rsv == 0, "reserved bit set on a control frame");
    } else if (opcode == Opcode.CONTINUATION) {
      require(message != 0, "continuation without a message to continue");
      require(rsv == 0, "reserved bit set on a continuation");
    } else {
      require(message == 0, "new message before the last one ended");
    }
    boolean masked = (second & 0x80) != 0;
    require(masked || reader == Role.CLIENT, "unmasked client frame");
    require(!masked || reader == Role.SERVER, "masked server frame");
  }

  private static void require(boolean kept, String rule) throws ProtocolException {
    if (!kept) {
      throw new ProtocolException(CloseCode.PROTOCOL_ERROR, rule);
    }
  }
}
