package io.tautline.spi;

import jakarta.websocket.DecodeException;
import jakarta.websocket.EncodeException;
import java.lang.reflect.Type;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns objects into messages and back, for types that no Jakarta coder is named for. Tautline's
 * own is JSON by Jackson; a bean of this type takes its place, or what is given to {@code
 * TautlineServer.Builder.codec}.
 */
public interface MessageCodec {
  /**
   * Prepares for the values of one type; called once for each type, at deployment.
   *
   * @param type with its type arguments
   */
  ForType forType(Type type);

  /**
   * Prepares for the values of several types, which a message tells apart by a name; it is written
   * with the value.
   *
   * @param types by their names
   * @throws IllegalArgumentException if the codec would call two of them the same
   */
  ForType forTypes(Map<String, Class<?>> types);

  /**
   * Returns the number by which a text message is a question or an answer, see {@link
   * io.tautline.Peer}.
   *
   * @param bytes a whole message in UTF-8; valid during the call only
   * @return null if it is neither, as always with a codec that knows no questions
   */
  default @Nullable Correlation correlation(byte[] bytes, int from, int to) {
    return null;
  }

  /**
   * Returns a text message with a number.
   *
   * @param message as {@link ForType#encode} wrote it
   * @throws EncodeException if such a message cannot have one
   */
  default byte[] correlate(byte[] message, Correlation correlation) throws EncodeException {
    throw new EncodeException(message, "this codec knows no questions and answers");
  }

  /** Returns whether a binary message can be read by what is written as text, and answered so. */
  default boolean binary() {
    return false;
  }

  /**
   * The number of a question or of the answer to it.
   *
   * @param answer whether it is an answer
   */
  record Correlation(long number, boolean answer) {}

  /** A codec for the values of one type, or of several; used by any number of threads. */
  interface ForType {
    /**
     * Reads a value from a whole message.
     *
     * @param bytes valid during the call only
     * @param text whether it is a text message, in UTF-8
     * @throws DecodeException with the place of the fault, without the payload in its message
     */
    Object decode(byte[] bytes, int from, int to, boolean text) throws DecodeException;

    /**
     * Returns a value as a message.
     *
     * @param text whether it is to be a text message, in UTF-8
     */
    byte[] encode(Object value, boolean text) throws EncodeException;
  }
}
