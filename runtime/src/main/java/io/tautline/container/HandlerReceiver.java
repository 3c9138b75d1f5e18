package io.tautline.container;

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

  HandlerReceiver(MessageHandler handler, MessageModel.Form form, Decoding decoding) {
    this.handler = handler;
    this.form = form;
    this.decoding = decoding;
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
  @SuppressWarnings("unchecked") // the handler was added for one of the two
  public void stream(TautlineSession session, InputStream bytes) {
    ((MessageHandler.Whole<Object>) handler).onMessage(AnnotatedReceiver.shaped(form, bytes));
  }

  @Override
  @SuppressWarnings("unchecked") // the handler was added for the type that is decoded
  public void whole(TautlineSession session, byte[] bytes, int from, int to) throws Exception {
    ((MessageHandler.Whole<Object>) handler).onMessage(decoding.decode(session, bytes, from, to));
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
    ((MessageHandler.Partial<Object>) handler).onMessage(part, last);
  }
}
