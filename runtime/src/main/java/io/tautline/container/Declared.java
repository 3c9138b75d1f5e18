package io.tautline.container;

import io.tautline.spi.MessageCodec;

/**
 * A value for a room, of a type whose arguments tell how it is written: without them the elements
 * of a list of a sealed type would have no {@code type}.
 *
 * @param codec writes it, but for who has encoders
 */
record Declared(Object value, MessageCodec.ForType codec) {
  /** Returns what a method has returned, without what was declared. */
  static Object value(Object message) {
    return message instanceof Declared declared ? declared.value : message;
  }
}
