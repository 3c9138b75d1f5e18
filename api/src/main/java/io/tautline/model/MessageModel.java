package io.tautline.model;

import io.tautline.model.CoderModel.Coding;
import io.tautline.model.CoderModel.Wire;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an {@code @OnMessage} method takes: which kind of message, and how it becomes the parameter.
 *
 * @param kind the kind of message
 * @param form how the message becomes the parameter
 * @param type the parameter's type
 * @param parameter index of the message parameter
 * @param last index of the {@code boolean} parameter that tells the last part, or -1
 * @param names for JSON of several types: what the {@code type} property of each says, with the
 *     binary name of its class; empty if there is only one type
 */
public record MessageModel(
    Kind kind, Form form, TypeModel type, int parameter, int last, Map<String, String> names) {

  /** Copies the names; their order does not matter. */
  public MessageModel {
    names = Map.copyOf(names);
  }

  private MessageModel(Kind kind, Form form, TypeModel type, int parameter, int last) {
    this(kind, form, type, parameter, last, Map.of());
  }

  MessageModel named(Map<String, String> given) {
    return new MessageModel(kind, form, type, parameter, last, given);
  }

  /** The kinds of messages; an endpoint has one method for each, or for each type of JSON. */
  public enum Kind {
    TEXT,
    BINARY,
    PONG;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** How a message becomes a parameter. */
  public enum Form {
    STRING,
    /** A primitive or its class, read from text. */
    PRIMITIVE,
    READER,
    BYTE_ARRAY,
    BYTE_BUFFER,
    INPUT_STREAM,
    PONG,
    /** By the decoders that the endpoint names. */
    DECODED,
    JSON
  }

  /** Returns whether the method takes a message part by part. */
  public boolean partial() {
    return last >= 0;
  }

  /**
   * Classifies a message parameter.
   *
   * @return null if a message cannot become such a parameter
   */
  static @Nullable MessageModel of(EndpointModel endpoint, MethodModel method, int at, int last) {
    TypeModel type = method.parameters().get(at).type();
    Wire decoder = decoder(endpoint.decoders(), type);
    if (decoder != null) {
      return new MessageModel(
          decoder.isText() ? Kind.TEXT : Kind.BINARY, Form.DECODED, type, at, last);
    }
    return switch (type.name()) {
      case "java.lang.String" -> new MessageModel(Kind.TEXT, Form.STRING, type, at, last);
      case "java.io.Reader" -> new MessageModel(Kind.TEXT, Form.READER, type, at, last);
      case "byte[]" -> new MessageModel(Kind.BINARY, Form.BYTE_ARRAY, type, at, last);
      case "java.nio.ByteBuffer" -> new MessageModel(Kind.BINARY, Form.BYTE_BUFFER, type, at, last);
      case "java.io.InputStream" ->
          new MessageModel(Kind.BINARY, Form.INPUT_STREAM, type, at, last);
      case "jakarta.websocket.PongMessage" ->
          new MessageModel(Kind.PONG, Form.PONG, type, at, last);
      default ->
          type.isPrimitiveOrBoxed()
              ? new MessageModel(Kind.TEXT, Form.PRIMITIVE, type, at, last)
              : json(endpoint, type)
                  ? new MessageModel(Kind.TEXT, Form.JSON, type, at, last)
                  : null;
    };
  }

  private static @Nullable Wire decoder(List<CoderModel> decoders, TypeModel type) {
    for (CoderModel decoder : decoders) {
      for (Coding coding : decoder.codings()) {
        if (coding.type().equals(type)) {
          return coding.wire();
        }
      }
    }
    return null;
  }

  /**
   * Returns whether a value of that type is JSON without further ado: everything in an
   * {@code @Endpoint}; records and sealed types in a Jakarta endpoint, where the specification
   * refuses other classes without a coder.
   */
  static boolean json(EndpointModel endpoint, TypeModel type) {
    if (type.hasVariable()) {
      return false;
    }
    return switch (type.form()) {
      case RECORD, SEALED -> true;
      case PRIMITIVE, ENUM, THROWABLE, OTHER, VARIABLE -> endpoint.flavor().isTyped();
    };
  }
}
