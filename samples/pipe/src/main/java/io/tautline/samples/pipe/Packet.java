package io.tautline.samples.pipe;

/**
 * What a program wants.
 *
 * @param client who is meant; 0 for everyone
 * @param type {@link #TEXT}, {@link #BINARY}, {@link #CLOSE} or {@link #PING}
 * @param payload of a message or Ping; of a Close its code and reason, or nothing
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Packet(int client, int type, byte[] payload) {
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;

  /** Told to the program only: someone has connected. */
  static final int OPEN = 0x10;

  static final int EVERYONE = 0;
}
