package io.tautline.protocol;

/** The frame opcodes of RFC 6455 §5.2, as ints because they live on the hot path. */
public final class Opcode {
  public static final int CONTINUATION = 0x0;
  public static final int TEXT = 0x1;
  public static final int BINARY = 0x2;
  public static final int CLOSE = 0x8;
  public static final int PING = 0x9;
  public static final int PONG = 0xA;

  private Opcode() {}

  /** Returns whether {@code opcode} is a control opcode, known or reserved (§5.5). */
  public static boolean isControl(int opcode) {
    return (opcode & 0x8) != 0;
  }

  /** Returns whether {@code opcode} has no meaning yet (3–7 and 11–15). */
  public static boolean isReserved(int opcode) {
    return (opcode & 0x7) > 2;
  }
}
