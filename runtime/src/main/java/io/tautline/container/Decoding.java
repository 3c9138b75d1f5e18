package io.tautline.container;

import io.tautline.model.MessageModel;
import io.tautline.spi.MessageCodec;
import jakarta.websocket.DecodeException;
import jakarta.websocket.PongMessage;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/** How the bytes of a whole message become an object: one per handler, used by all sessions. */
@FunctionalInterface
interface Decoding {
  /**
   * Decodes a whole message.
   *
   * @param bytes valid during the call only, so the object must not keep them
   */
  Object decode(TautlineSession session, byte[] bytes, int from, int to) throws Exception;

  /**
   * Returns the decoding for a form.
   *
   * @param type what the handler takes
   */
  static Decoding of(
      MessageModel.Kind kind, MessageModel.Form form, Type type, MessageCodec codec) {
    return switch (form) {
      case STRING -> (session, bytes, from, to) -> text(bytes, from, to);
      case PRIMITIVE -> primitive(Types.erase(type));
      case READER, INPUT_STREAM ->
          (session, bytes, from, to) -> {
            throw new IllegalStateException("such a message is read while it arrives");
          };
      case BYTE_ARRAY -> (session, bytes, from, to) -> Arrays.copyOfRange(bytes, from, to);
      case BYTE_BUFFER ->
          (session, bytes, from, to) -> ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to));
      case PONG -> (session, bytes, from, to) -> pong(Arrays.copyOfRange(bytes, from, to));
      case DECODED -> decoded(kind, Types.erase(type));
      case JSON -> {
        MessageCodec.ForType json = codec.forType(type);
        yield (session, bytes, from, to) -> json.decode(bytes, from, to, true);
      }
    };
  }

  /** Returns UTF-8 that has been validated as a string. */
  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static Decoding primitive(Class<?> type) {
    Function<String, Object> parser = FromText.primitive(type);
    if (parser == null) {
      throw new IllegalArgumentException(type + " is no primitive");
    }
    return (session, bytes, from, to) -> {
      String text = text(bytes, from, to);
      try {
        return parser.apply(text);
      } catch (IllegalArgumentException e) {
        throw new DecodeException(text, "not a " + type.getSimpleName(), e);
      }
    };
  }

  private static Decoding decoded(MessageModel.Kind kind, Class<?> type) {
    return kind == MessageModel.Kind.TEXT
        ? (session, bytes, from, to) -> session.coders().decodeText(type, text(bytes, from, to))
        : (session, bytes, from, to) ->
            session.coders().decodeBinary(type, Arrays.copyOfRange(bytes, from, to));
  }

  private static PongMessage pong(byte[] payload) {
    return () -> ByteBuffer.wrap(payload);
  }
}
