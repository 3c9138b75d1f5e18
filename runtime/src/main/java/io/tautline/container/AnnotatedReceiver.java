package io.tautline.container;

import io.tautline.connection.Habit;
import io.tautline.model.MessageModel;
import jakarta.websocket.EncodeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Takes messages of one kind for one {@code @OnMessage} method, whatever they are but JSON. */
final class AnnotatedReceiver implements Receiver {
  private final int method;
  private final MessageModel message;
  private final Decoding decoding;
  private final Answer answer;
  private final Habit habit;

  AnnotatedReceiver(
      int method, MessageModel message, Decoding decoding, Answer answer, Habit habit) {
    this.method = method;
    this.message = message;
    this.decoding = decoding;
    this.answer = answer;
    this.habit = habit;
  }

  @Override
  public String name() {
    return answer.name();
  }

  @Override
  public boolean partial() {
    return message.partial();
  }

  @Override
  public void whole(TautlineSession session, byte[] bytes, int from, int to) throws Throwable {
    if (session.connection().mustDetach(habit)) {
      byte[] copy = Arrays.copyOfRange(bytes, from, to);
      session.inbox().detach(name(), () -> decodeAndCall(session, copy, 0, copy.length));
    } else {
      decodeAndCall(session, bytes, from, to);
    }
  }

  private void decodeAndCall(TautlineSession session, byte[] bytes, int from, int to)
      throws Throwable {
    if (message.form() != MessageModel.Form.DECODED) {
      call(session, decoding.decode(session, bytes, from, to), true);
      return;
    }
    long since = session.connection().calling(habit);
    Object result;
    try { // the decoder is the application's too: if it blocks, that counts as the handler
      result = callNow(session, decoding.decode(session, bytes, from, to), true);
    } finally {
      session.connection().called(habit, since);
    }
    replyWith(session, result);
  }

  @Override
  public void part(TautlineSession session, byte[] bytes, int from, int to, boolean last)
      throws Throwable {
    Object part =
        switch (message.form()) {
          case STRING -> session.textParts().next(bytes, from, to, last);
          case BYTE_ARRAY -> Arrays.copyOfRange(bytes, from, to);
          default -> ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to));
        };
    detachOrCall(session, part, last);
  }

  @Override
  public boolean streams() {
    return message.form() == MessageModel.Form.INPUT_STREAM
        || message.form() == MessageModel.Form.READER;
  }

  @Override
  public void stream(TautlineSession session, InputStream bytes) throws Throwable {
    call(session, shaped(message.form(), bytes), true);
  }

  /** Returns the stream as the parameter wants it: bytes, or characters. */
  static Object shaped(MessageModel.Form form, InputStream bytes) {
    return form == MessageModel.Form.READER
        ? new InputStreamReader(bytes, StandardCharsets.UTF_8)
        : bytes;
  }

  private void detachOrCall(TautlineSession session, Object value, boolean last) throws Throwable {
    if (session.connection().mustDetach(habit)) {
      session.inbox().detach(name(), () -> call(session, value, last));
    } else {
      call(session, value, last);
    }
  }

  private void call(TautlineSession session, Object value, boolean last) throws Throwable {
    long since = session.connection().calling(habit);
    Object result;
    try {
      result = callNow(session, value, last);
    } finally {
      session.connection().called(habit, since);
    }
    replyWith(session, result);
  }

  /** Returns what is still to be sent: a plain value, which cannot block. */
  private @Nullable Object callNow(TautlineSession session, Object value, boolean last)
      throws Throwable {
    Object result = session.standing().message(method, value, last);
    if (result != null && !answer.isPlain(session, result)) {
      answer.send(session, result, true, null); // encoders are the application's too
      return null;
    }
    return result;
  }

  private void replyWith(TautlineSession session, @Nullable Object result)
      throws IOException, EncodeException {
    if (result != null) {
      answer.send(session, result, true, null);
    }
  }
}
