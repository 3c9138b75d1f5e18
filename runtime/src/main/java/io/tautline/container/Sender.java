package io.tautline.container;

import io.tautline.connection.Completion;
import io.tautline.connection.Connection;
import io.tautline.connection.Sent;
import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Opcode;
import io.tautline.spi.MessageCodec;
import jakarta.websocket.EncodeException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Everything a session sends: from remotes, from return values, from any thread. */
final class Sender {
  private final TautlineSession session;
  private final Connection connection;

  Sender(TautlineSession session, Connection connection) {
    this.session = session;
    this.connection = connection;
  }

  /** Sends what an {@code @OnMessage} method returned. */
  void reply(Object value, MessageCodec.@Nullable ForType codec)
      throws IOException, EncodeException {
    if (codec != null) {
      sendBlocking(Opcode.TEXT, codec.encode(value));
    } else {
      sendBlocking(value);
    }
  }

  /** Sends any object; waits while the peer takes its messages too slowly. */
  void sendBlocking(Object value) throws IOException, EncodeException {
    Object message = encode(value);
    if (message instanceof ByteBuffer buffer) {
      sendBlocking(Opcode.BINARY, bytes(buffer));
    } else if (message instanceof byte[] utf8) {
      sendBlocking(Opcode.TEXT, utf8);
    } else {
      sendBlocking(Opcode.TEXT, utf8((String) message));
    }
  }

  /** Sends any object; tells {@code completion} what became of it. */
  void sendAsync(Object value, Completion completion) {
    try {
      Object message = encode(value);
      if (message instanceof ByteBuffer buffer) {
        sendAsync(Opcode.BINARY, bytes(buffer), completion);
      } else if (message instanceof byte[] utf8) {
        sendAsync(Opcode.TEXT, utf8, completion);
      } else {
        sendAsync(Opcode.TEXT, utf8((String) message), completion);
      }
    } catch (IOException | EncodeException | RuntimeException e) {
      completion.done(e);
    }
  }

  /** Returns a message for a value: a String, UTF-8 of a text, or a buffer of a binary message. */
  private Object encode(Object value) throws IOException, EncodeException {
    if (value instanceof String || value instanceof ByteBuffer) {
      Object encoded = session.hasCoders() ? session.coders().encode(value) : null;
      return encoded == null ? value : encoded;
    }
    if (session.hasCoders()) {
      Object encoded = session.coders().encode(value);
      if (encoded != null) {
        return encoded;
      }
    }
    if (value instanceof byte[] bytes) {
      return ByteBuffer.wrap(bytes);
    }
    if (Primitives.isPrimitive(value)) {
      return value.toString();
    }
    if (session.deployment().json(value.getClass())) {
      return session.deployment().codec().forType(value.getClass()).encode(value);
    }
    throw new EncodeException(
        value,
        "no encoder for "
            + value.getClass().getName()
            + ". Name one in the endpoint's encoders, make it a record, or use @Endpoint.");
  }

  /** Sends a whole message; waits while the peer takes its messages too slowly. */
  void sendBlocking(int opcode, byte[] payload) throws IOException {
    if (connection.isSending(Thread.currentThread())) {
      throw new IllegalStateException(
          "this thread is sending a message part by part; send its last part first");
    }
    send(null, opcode, true, payload);
  }

  /**
   * Sends a part of a message; waits for its turn, and while the peer takes its messages too
   * slowly.
   *
   * @param owner the same for all parts of a message: the thread or the stream
   */
  void sendPart(Object owner, int opcode, byte[] payload, boolean last) throws IOException {
    send(owner, opcode, last, payload);
  }

  private void send(@Nullable Object owner, int opcode, boolean last, byte[] payload)
      throws IOException {
    SendFuture future = new SendFuture();
    Duration patience = connection.limits().stallTimeout();
    Sent sent;
    do {
      if (!connection.isOpen()) {
        throw new IOException("session " + session.getId() + " is closing; nothing more is sent");
      }
      try {
        if (!connection.awaitRoom(owner, payload.length, patience)) {
          throw new IOException("the peer has not taken its messages for " + patience);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while the peer took its messages");
      }
      sent = connection.send(owner, opcode, last, payload, 0, payload.length, future);
    } while (sent == Sent.NO_ROOM || sent == Sent.NOT_YOUR_TURN);
    if (sent == Sent.HELD) {
      Connection.handOver();
      future.await(patience);
    }
    future.throwIfFailed();
  }

  /** Sends a whole message; tells {@code completion} what became of it. */
  void sendAsync(int opcode, byte[] payload, Completion completion) {
    Sent sent = connection.send(null, opcode, true, payload, 0, payload.length, completion);
    if (sent == Sent.NO_ROOM) {
      String why = "slow consumer: more than Limits.maxQueuedBytes or maxQueuedMessages wait";
      connection.close(new ClosePayload(CloseCode.POLICY_VIOLATION, "slow consumer"));
      completion.done(new IOException(why));
    }
  }

  /** Sends a Ping or a Pong. */
  void control(int opcode, @Nullable ByteBuffer payload) throws IOException {
    if (payload == null) {
      throw new IllegalArgumentException("the payload is null");
    }
    if (payload.remaining() > 125) {
      throw new IllegalArgumentException(
          "payload is " + payload.remaining() + " bytes; at most 125 fit (RFC 6455 §5.5)");
    }
    session.requireOpen();
    SendFuture future = new SendFuture();
    byte[] data = bytes(payload);
    connection.send(null, opcode, true, data, 0, data.length, future);
    future.throwIfFailed();
  }

  /** Returns what remains of a buffer, which is then used up. */
  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
