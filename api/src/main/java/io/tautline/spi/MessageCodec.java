package io.tautline.spi;

import jakarta.websocket.DecodeException;
import jakarta.websocket.EncodeException;
import java.lang.reflect.Type;

/** Turns objects into messages and back, for types that no Jakarta coder is named for. */
public interface MessageCodec {
  /**
   * Prepares for the values of one type; called once for each type, at deployment.
   *
   * @param type with its type arguments
   */
  ForType forType(Type type);

  /** A codec for the values of one type; used by any number of threads. */
  interface ForType {
    /**
     * Reads a value from a whole text message.
     *
     * @param bytes UTF-8; valid during the call only
     * @throws DecodeException with the place of the fault, without the payload in its message
     */
    Object decode(byte[] bytes, int from, int to) throws DecodeException;

    /** Returns a value as the UTF-8 of a text message. */
    byte[] encode(Object value) throws EncodeException;
  }
}
