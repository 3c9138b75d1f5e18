package io.tautline.container;

import io.tautline.connection.Habit;
import io.tautline.model.MessageModel.Form;
import io.tautline.model.MessageModel.Kind;
import jakarta.websocket.MessageHandler;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes messages for a {@link MessageHandler}. */
final class HandlerReceiver implements Receiver {
  private final MessageHandler handler;
  private final Form form;
  private final Decoding decoding;
  private final Habit habit;

  private HandlerReceiver(MessageHandler handler, Form form, Decoding decoding, Habit habit) {
    this.handler = handler;
    this.form = form;
    this.decoding = decoding;
    this.habit = habit;
  }

  /** Returns what a handler takes, as its class declares it. */
  static Class<?> type(MessageHandler handler) {
    Class<?> kind =
        handler instanceof MessageHandler.Partial<?>
            ? MessageHandler.Partial.class
            : MessageHandler.Whole.class;
    Type type = Types.argument(handler.getClass(), kind);
    if (type == null) {
      throw new IllegalArgumentException("a handler is MessageHandler.Whole or Partial");
    }
    return Types.erase(type);
  }

  /** Returns what takes messages for a handler: of both kinds if decoders make its type of both. */
  static Map<Kind, HandlerReceiver> of(
      MessageHandler handler, Class<?> type, Deployment deployment) {
    Form form = form(type);
    Map<Kind, Form> forms = new EnumMap<>(Kind.class);
    if (handler instanceof MessageHandler.Partial<?>) {
      if (form != Form.STRING && form != Form.BYTE_ARRAY && form != Form.BYTE_BUFFER) {
        throw new IllegalArgumentException(
            "a MessageHandler.Partial takes String, byte[] or ByteBuffer, not " + type.getName());
      }
    } else {
      if (decodes(deployment, type, true)) {
        forms.put(Kind.TEXT, Form.DECODED);
      }
      if (decodes(deployment, type, false)) {
        forms.put(Kind.BINARY, Form.DECODED);
      }
    }
    if (forms.isEmpty()) {
      if (form == null) {
        throw new IllegalStateException(
            "no decoder for " + type.getName() + ". Name one in the endpoint's decoders.");
      }
      forms.put(kind(form), form);
    }
    Habit habit = deployment.habit(handler.getClass());
    Map<Kind, HandlerReceiver> receivers = new EnumMap<>(Kind.class);
    forms.forEach(
        (kind, as) -> {
          Decoding decoding = Decoding.of(kind, as, type, deployment.codec());
          receivers.put(kind, new HandlerReceiver(handler, as, decoding, habit));
        });
    return receivers;
  }

  private static boolean decodes(Deployment deployment, Class<?> type, boolean text) {
    return deployment.config().getDecoders().stream()
        .anyMatch(decoder -> Coders.decodes(decoder, type, text));
  }

  private static @Nullable Form form(Class<?> type) {
    return switch (type.getName()) {
      case "java.lang.String" -> Form.STRING;
      case "java.io.Reader" -> Form.READER;
      case "[B" -> Form.BYTE_ARRAY;
      case "java.nio.ByteBuffer" -> Form.BYTE_BUFFER;
      case "java.io.InputStream" -> Form.INPUT_STREAM;
      case "jakarta.websocket.PongMessage" -> Form.PONG;
      default ->
          FromText.primitive(type) != null
              ? Form.PRIMITIVE
              : type.isRecord() || type.isSealed() ? Form.JSON : null;
    };
  }

  private static Kind kind(Form form) {
    return switch (form) {
      case STRING, READER, PRIMITIVE, JSON -> Kind.TEXT;
      case PONG -> Kind.PONG;
      default -> Kind.BINARY;
    };
  }

  MessageHandler handler() {
    return handler;
  }

  @Override
  public String name() {
    return handler.getClass().getName();
  }

  @Override
  public boolean partial() {
    return handler instanceof MessageHandler.Partial<?>;
  }

  @Override
  public boolean streams() {
    return form == Form.INPUT_STREAM || form == Form.READER;
  }

  @Override
  public void stream(TautlineSession session, InputStream bytes) {
    call(session, AnnotatedReceiver.shaped(form, bytes));
  }

  @Override
  public void whole(TautlineSession session, byte[] bytes, int from, int to) throws Exception {
    if (session.connection().mustDetach(habit)) {
      byte[] copy = Arrays.copyOfRange(bytes, from, to);
      session.inbox().detach(name(), () -> decodeAndCall(session, copy, 0, copy.length));
    } else {
      decodeAndCall(session, bytes, from, to);
    }
  }

  @SuppressWarnings("unchecked") // the handler was added for the type that is decoded
  private void decodeAndCall(TautlineSession session, byte[] bytes, int from, int to)
      throws Exception {
    if (form != Form.DECODED) {
      call(session, decoding.decode(session, bytes, from, to));
      return;
    }
    long since = session.connection().calling(habit);
    try { // the decoder is the application's too: if it blocks, that counts as the handler
      Object message = decoding.decode(session, bytes, from, to);
      ((MessageHandler.Whole<Object>) handler).onMessage(message);
    } finally {
      session.connection().called(habit, since);
    }
  }

  @SuppressWarnings("unchecked") // the handler was added for the type that is decoded
  private void call(TautlineSession session, Object message) {
    long since = session.connection().calling(habit);
    try {
      ((MessageHandler.Whole<Object>) handler).onMessage(message);
    } finally {
      session.connection().called(habit, since);
    }
  }

  @Override
  public void part(TautlineSession session, byte[] bytes, int from, int to, boolean last) {
    Object part =
        form == Form.STRING
            ? session.textParts().next(bytes, from, to, last)
            : form == Form.BYTE_ARRAY
                ? Arrays.copyOfRange(bytes, from, to)
                : ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to));
    if (session.connection().mustDetach(habit)) {
      session.inbox().detach(name(), () -> callWithPart(session, part, last));
    } else {
      callWithPart(session, part, last);
    }
  }

  @SuppressWarnings("unchecked") // the handler was added for the type that is decoded
  private void callWithPart(TautlineSession session, Object part, boolean last) {
    long since = session.connection().calling(habit);
    try {
      ((MessageHandler.Partial<Object>) handler).onMessage(part, last);
    } finally {
      session.connection().called(habit, since);
    }
  }
}
