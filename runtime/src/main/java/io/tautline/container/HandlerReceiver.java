package io.tautline.container;

import io.tautline.connection.Habit;
import io.tautline.model.MessageModel;
import jakarta.websocket.MessageHandler;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Takes messages for a {@link MessageHandler}. */
final class HandlerReceiver implements Receiver {
  private final MessageHandler handler;
  private final MessageModel.Form form;
  private final Decoding decoding;
  private final Habit habit;

  HandlerReceiver(MessageHandler handler, MessageModel.Form form, Decoding decoding, Habit habit) {
    this.handler = handler;
    this.form = form;
    this.decoding = decoding;
    this.habit = habit;
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
    return form == MessageModel.Form.INPUT_STREAM || form == MessageModel.Form.READER;
  }

  @Override
  public void stream(TautlineSession session, InputStream bytes) {
    call(session, AnnotatedReceiver.shaped(form, bytes));
  }

  @Override
  public void whole(TautlineSession session, byte[] bytes, int from, int to) throws Exception {
    call(session, decoding.decode(session, bytes, from, to));
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
  @SuppressWarnings("unchecked") // the handler was added for the type that is decoded
  public void part(TautlineSession session, byte[] bytes, int from, int to, boolean last) {
    Object part =
        form == MessageModel.Form.STRING
            ? session.textParts().next(bytes, from, to, last)
            : form == MessageModel.Form.BYTE_ARRAY
                ? Arrays.copyOfRange(bytes, from, to)
                : ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to));
    long since = session.connection().calling(habit);
    try {
      ((MessageHandler.Partial<Object>) handler).onMessage(part, last);
    } finally {
      session.connection().called(habit, since);
    }
  }
}
