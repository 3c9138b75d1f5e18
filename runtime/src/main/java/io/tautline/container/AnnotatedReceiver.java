package io.tautline.container;

import io.tautline.model.MessageModel;
import io.tautline.spi.MessageCodec;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Takes messages for an {@code @OnMessage} method and sends what it returns. */
final class AnnotatedReceiver implements Receiver {
  private final String name;
  private final int method;
  private final MessageModel message;
  private final Decoding decoding;

  /** Writes the declared return type as JSON; null where the value itself decides. */
  private final MessageCodec.@Nullable ForType reply;

  AnnotatedReceiver(
      String name,
      int method,
      MessageModel message,
      Decoding decoding,
      MessageCodec.@Nullable ForType reply) {
    this.name = name;
    this.method = method;
    this.message = message;
    this.decoding = decoding;
    this.reply = reply;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean partial() {
    return message.partial();
  }

  @Override
  public void whole(TautlineSession session, byte[] bytes, int from, int to) throws Throwable {
    call(session, decoding.decode(session, bytes, from, to), true);
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
    call(session, part, last);
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

  private void call(TautlineSession session, Object value, boolean last) throws Throwable {
    Object result = session.standing().message(method, value, last);
    if (result != null) {
      session.sender().reply(result, reply);
    }
  }
}
