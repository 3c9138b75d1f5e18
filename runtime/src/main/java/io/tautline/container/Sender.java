package io.tautline.container;

import io.tautline.Coalesced;
import io.tautline.SlowConsumer;
import io.tautline.connection.Completion;
import io.tautline.connection.Connection;
import io.tautline.connection.OutgoingMessage;
import io.tautline.connection.Overflow;
import io.tautline.connection.Sent;
import io.tautline.model.LimitName;
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
  private static final String TOO_SLOW = "slow consumer (maxQueuedBytes, maxQueuedMessages)";
  private static final String FULL =
      "slow consumer: more than Limits.maxQueuedBytes or maxQueuedMessages wait";

  private final TautlineSession session;
  private final Connection connection;

  /** The thread, or the session's callbacks, that sent the last part of the open message. */
  private volatile @Nullable Object partSender;

  /** The first half of a character that a part of a text ended with, and who sent it. */
  private char half;

  private volatile @Nullable Object halfOf;

  Sender(TautlineSession session, Connection connection) {
    this.session = session;
    this.connection = connection;
  }

  /** See {@link io.tautline.connection.Listener#fetch}. */
  int fetch() {
    return connection == session.connection() ? 1 : 0;
  }

  /** Returns what writes a value that no Jakarta encoder takes. */
  MessageCodec.ForType codecFor(Object value, MessageCodec.@Nullable ForType declared) {
    return declared != null ? declared : session.codec().forType(value.getClass());
  }

  /** Sends any object; waits while the peer takes its messages too slowly. */
  void sendBlocking(Object value) throws IOException, EncodeException {
    OutgoingMessage message = encode(value, true);
    sendBlocking(message.opcode(), message.payload());
  }

  /** Returns whether a value is sent as it is, without being written as an object. */
  static boolean isPlain(Object value) {
    return value instanceof String
        || value instanceof ByteBuffer
        || value instanceof byte[]
        || FromText.isPrimitive(value);
  }

  /** Sends any object; tells {@code completion} what became of it. */
  void sendAsync(Object value, Completion completion) {
    OutgoingMessage message;
    try {
      message = encode(value, true);
    } catch (IOException | EncodeException | RuntimeException e) {
      completion.done(e);
      return;
    }
    sendAsync(message, key(value), completion);
  }

  /** Returns by what messages are worth the same, see {@link io.tautline.SlowConsumer#COALESCE}. */
  static Object key(Object message) {
    Object value = Declared.value(message);
    return value instanceof Coalesced coalesced ? coalesced.coalescingKey() : value.getClass();
  }

  private static OutgoingMessage text(String text) {
    return new OutgoingMessage(Opcode.TEXT, utf8(text));
  }

  private static OutgoingMessage binary(ByteBuffer buffer) {
    return new OutgoingMessage(Opcode.BINARY, bytes(buffer));
  }

  /**
   * Returns a message for a value, which may be {@link Declared}.
   *
   * @param text whether an object for which nobody else is named is to be text
   */
  OutgoingMessage encode(Object message, boolean text) throws IOException, EncodeException {
    Object value = Declared.value(message);
    if (session.hasCoders()) {
      Object encoded = session.coders().encode(value);
      if (encoded != null) {
        return encoded instanceof ByteBuffer buffer ? binary(buffer) : text((String) encoded);
      }
    }
    if (value instanceof String string) {
      return text(string);
    }
    if (value instanceof ByteBuffer buffer) {
      return binary(buffer.duplicate()); // it may be sent to others too
    }
    if (value instanceof byte[] bytes) {
      return new OutgoingMessage(Opcode.BINARY, bytes);
    }
    if (FromText.isPrimitive(value)) {
      return text(value.toString());
    }
    MessageCodec.ForType declared = message instanceof Declared one ? one.codec() : null;
    if (declared != null || session.deployment().json(value.getClass())) {
      byte[] payload = codecFor(value, declared).encode(value, text);
      return new OutgoingMessage(text ? Opcode.TEXT : Opcode.BINARY, payload);
    }
    throw new EncodeException(
        value,
        "no encoder for "
            + value.getClass().getName()
            + ". Name one in the endpoint's encoders, make it a record, or use @Endpoint.");
  }

  /** Sends a whole message; waits while the peer takes its messages too slowly. */
  void sendBlocking(int opcode, byte[] payload) throws IOException {
    if (!connection.gather(opcode, payload)) {
      requireNoPart();
      send(null, opcode, true, payload);
    }
  }

  /** Sends a text; waits while the peer takes its messages too slowly. */
  void sendBlocking(String text) throws IOException {
    if (!connection.gather(text)) {
      sendBlocking(Opcode.TEXT, utf8(text));
    }
  }

  /** Throws if this thread would wait for itself. */
  private void requireNoPart() {
    if (here().equals(partSender)) {
      throw new IllegalStateException(
          "a message is open that this sender has begun; finish it (last = true, or close the"
              + " stream) before sending another");
    }
  }

  /**
   * Returns who sends part by part: this thread, or the session's callbacks, whose threads vary.
   */
  private Object here() {
    return connection.inTurn() ? session : Thread.currentThread();
  }

  /**
   * Sends a part of a text that this thread, or that callbacks send. It may end within a character
   * of two {@code char}s, whose first then leaves with the next part.
   */
  void sendTextPart(String part, boolean last) throws IOException {
    Object owner = here();
    boolean continues = owner.equals(halfOf);
    String text = continues ? half + part : part;
    int end = text.length();
    boolean cut = !last && end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
    sendPart(owner, Opcode.TEXT, utf8(cut ? text.substring(0, end - 1) : text), last);
    if (cut) { // from here on, the open message is ours
      half = text.charAt(end - 1);
      halfOf = owner;
    } else if (continues) {
      halfOf = null;
    }
  }

  /** Sends a part of the message that this thread, or that callbacks send. */
  void sendPart(int opcode, byte[] payload, boolean last) throws IOException {
    sendPart(here(), opcode, payload, last);
  }

  /**
   * Sends a part of a message; waits for its turn, and while the peer takes its messages too
   * slowly.
   *
   * @param owner the same for all parts of a message, such as a stream
   */
  void sendPart(Object owner, int opcode, byte[] payload, boolean last) throws IOException {
    try {
      send(owner, opcode, last, payload);
      partSender = last ? null : here();
    } catch (IllegalStateException e) {
      throw e; // nothing was sent, and the message can still be completed
    } catch (IOException | RuntimeException | Error e) {
      if (connection.isSending(owner)) {
        // Its peer has part of a message that nobody will complete.
        partSender = null;
        connection.close(
            new ClosePayload(CloseCode.INTERNAL_ERROR, "a message could not be completed"));
      }
      throw e;
    }
  }

  /** Sends the value that a handler has returned; quietly nothing once the session is closing. */
  void reply(OutgoingMessage message) throws IOException {
    if (!connection.inTurn()) {
      sendBlocking(message.opcode(), message.payload());
    } else {
      replyInTurn(message);
    }
  }

  /** Does the same, in the connection's turn. */
  void replyInTurn(OutgoingMessage message) {
    if (!connection.gather(message.opcode(), message.payload())) {
      connection.reply(message.opcode(), message.payload());
    }
  }

  /** Does the same with a text. */
  void reply(String text) throws IOException {
    if (!connection.gather(text)) {
      reply(text(text));
    }
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
          throw new IOException(
              "the peer has taken nothing for "
                  + LimitName.STALL_TIMEOUT.format(patience.toNanos())
                  + " (stallTimeout)");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while the peer took its messages");
      }
      sent = connection.send(owner, opcode, last, payload, 0, payload.length, future);
    } while (sent == Sent.NO_ROOM || sent == Sent.NOT_YOUR_TURN);
    if (sent == Sent.HELD && !connection.inTurn()) {
      Connection.handOver();
      awaitSent(future, patience);
    }
    future.throwIfFailed();
  }

  /** Waits until it is known what became of a message, as long as what it waits for moves. */
  private void awaitSent(SendFuture future, Duration patience) throws IOException {
    long begun = System.nanoTime();
    while (!future.isDone()) {
      long moved = connection.progressAt();
      long last = moved != 0 && moved - begun > 0 ? moved : begun;
      long left = patience.toNanos() - (System.nanoTime() - last);
      if (left <= 0) {
        throw new IOException(
            "another message has not moved for "
                + LimitName.STALL_TIMEOUT.format(patience.toNanos())
                + " (stallTimeout)");
      }
      future.await(left);
    }
  }

  /** Sends a whole message; tells {@code completion} what became of it. */
  void sendAsync(int opcode, byte[] payload, Completion completion) {
    sendAsync(new OutgoingMessage(opcode, payload), opcode, completion);
  }

  /** Sends a message without waiting, as the endpoint wants it for a slow peer. */
  void sendAsync(OutgoingMessage message, Object key, Completion completion) {
    SlowConsumer policy = session.deployment().settings().slowConsumer();
    if (policy != SlowConsumer.DROP_OLDEST && policy != SlowConsumer.COALESCE) {
      byte[] payload = message.payload();
      Sent sent =
          connection.send(null, message.opcode(), true, payload, 0, payload.length, completion);
      if (sent == Sent.NO_ROOM) {
        full(policy, completion);
      }
    } else {
      offer(message, key, completion);
    }
  }

  /**
   * Sends a message that others get too, as the endpoint wants it for a slow peer.
   *
   * @param key see {@link #key}
   * @param completion may be null
   */
  void offer(OutgoingMessage message, Object key, @Nullable Completion completion) {
    SlowConsumer policy = session.deployment().settings().slowConsumer();
    Overflow overflow =
        switch (policy) {
          case DROP_OLDEST -> Overflow.DROP_OLDEST;
          case COALESCE -> Overflow.COALESCE;
          case CLOSE, DROP_NEW, BLOCK -> Overflow.REFUSE;
        };
    Sent sent = connection.offer(message, overflow, key, completion);
    if (policy == SlowConsumer.BLOCK) {
      while (sent == Sent.NO_ROOM && awaitRoom(message.size())) {
        sent = connection.offer(message, overflow, key, completion);
      }
      if (sent == Sent.NO_ROOM && connection.isOpen() && !Thread.currentThread().isInterrupted()) {
        connection.close(new ClosePayload(CloseCode.POLICY_VIOLATION, TOO_SLOW));
      }
    }
    if (sent == Sent.NO_ROOM) {
      full(policy, completion);
    }
  }

  private boolean awaitRoom(int size) {
    requireNoPart();
    try {
      return connection.isOpen()
          && connection.awaitRoom(null, size, connection.limits().stallTimeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Too much waits for the peer, and this message could not take the place of another. */
  private void full(SlowConsumer policy, @Nullable Completion completion) {
    String why = FULL;
    if (policy == SlowConsumer.CLOSE) {
      connection.close(new ClosePayload(CloseCode.POLICY_VIOLATION, TOO_SLOW));
    } else {
      why += "; not sent";
    }
    if (completion != null) {
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
    if (connection.send(null, opcode, true, data, 0, data.length, future) == Sent.NO_ROOM) {
      throw new IOException(FULL + "; not sent");
    }
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
