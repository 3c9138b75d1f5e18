package io.tautline.container;

import io.tautline.Room;
import io.tautline.connection.OutgoingMessage;
import io.tautline.model.Callback;
import io.tautline.model.MethodModel;
import io.tautline.model.PathPattern;
import io.tautline.protocol.Opcode;
import io.tautline.spi.MessageCodec;
import io.tautline.spi.MessageCodec.Correlation;
import jakarta.websocket.EncodeException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What becomes of the value that a callback returns: a message to the peer, or to a room. */
final class Answer {
  private final String name;
  private final boolean ofError;

  /** Which room gets it, or null for the peer; see {@link io.tautline.Broadcast}. */
  private final @Nullable String room;

  /** Writes the declared type; null where the value itself decides. */
  private final MessageCodec.@Nullable ForType codec;

  Answer(String name, MethodModel method, MessageCodec.@Nullable ForType codec) {
    this.name = name;
    this.ofError = method.callback() == Callback.ERROR;
    this.room = method.broadcast();
    this.codec = codec;
  }

  /** Returns whether values go to a room. */
  boolean isBroadcast() {
    return room != null;
  }

  /** Returns whether a value goes to the peer as it is: no code of the application is called. */
  boolean isPlain(TautlineSession session, Object value) {
    return room == null && Sender.isPlain(value) && !session.hasCoders();
  }

  /** Returns the name of the method, for logs. */
  String name() {
    return name;
  }

  /**
   * Sends a value, unless it is null; that of a {@code CompletionStage} when it completes.
   *
   * @param text whether objects are to be written as text
   * @param number as the answer to a question, or null
   */
  void send(
      TautlineSession session, @Nullable Object value, boolean text, @Nullable Correlation number)
      throws IOException, EncodeException {
    if (value instanceof CompletionStage<?> stage) {
      List<Room> rooms = rooms(session); // now, since the session may have left them by then
      Runnable given = session.connection().answerPromised();
      stage.whenComplete(
          (later, failure) -> {
            try {
              completed(session, rooms, later, failure, text, number);
            } finally {
              given.run();
            }
          });
    } else if (value != null) {
      sendNow(session, value, text, number);
    }
  }

  /** Called by whoever completes the stage, who must not wait for the peer. */
  private void completed(
      TautlineSession session,
      List<Room> rooms,
      @Nullable Object value,
      @Nullable Throwable failure,
      boolean text,
      @Nullable Correlation number) {
    Throwable fault = failure instanceof CompletionException e ? e.getCause() : failure;
    if (fault == null && value != null) {
      try {
        if (room != null) {
          broadcast(rooms, value);
        } else if (session.isOpen()) {
          OutgoingMessage message = message(session, value, text, number);
          Object key = Sender.key(value);
          session.sender().sendAsync(message, key, sent -> againIfFailed(session, message, sent));
        }
      } catch (IOException | EncodeException | RuntimeException e) {
        fault = e;
      }
    }
    if (fault != null) {
      Throwable told = fault;
      session.connection().call(() -> failed(session, told));
    }
  }

  /**
   * Sends an answer in the connection's turn, where it is not refused, if it was refused before.
   */
  private static void againIfFailed(
      TautlineSession session, OutgoingMessage message, @Nullable Throwable failure) {
    if (failure != null && session.isOpen()) {
      session.connection().call(() -> session.sender().replyInTurn(message));
    }
  }

  /** In the connection's turn: an error handler's own failure is not told to error handlers. */
  private void failed(TautlineSession session, Throwable fault) {
    session.deployment().enter();
    if (ofError) {
      session.inbox().failed(fault, name);
    } else if (session.isOpen()) {
      session.inbox().fault(fault, name);
    }
  }

  private void sendNow(
      TautlineSession session, Object value, boolean text, @Nullable Correlation number)
      throws IOException, EncodeException {
    if (room != null) {
      broadcast(rooms(session), value);
    } else if (value instanceof String plain && !session.hasCoders()) {
      session.sender().reply(plain);
    } else {
      OutgoingMessage message = message(session, value, text, number);
      session.sender().reply(message);
    }
  }

  private OutgoingMessage message(
      TautlineSession session, Object value, boolean text, @Nullable Correlation number)
      throws IOException, EncodeException {
    boolean object = !session.hasCoders() && !Sender.isPlain(value);
    if (number != null && object) {
      byte[] message = session.sender().codecFor(value, codec).encode(value, true);
      return new OutgoingMessage(Opcode.TEXT, session.codec().correlate(message, number));
    }
    return codec != null && object
        ? new OutgoingMessage(text ? Opcode.TEXT : Opcode.BINARY, codec.encode(value, text))
        : session.sender().encode(value, text);
  }

  /** Returns the rooms that get it; none if it is for the peer. */
  private List<Room> rooms(TautlineSession session) {
    if (room == null) {
      return List.of();
    }
    return room.isEmpty()
        ? session.rooms().of(session)
        : List.of(session.rooms().room(PathPattern.expand(room, session.getPathParameters())));
  }

  private void broadcast(List<Room> rooms, Object value) {
    MessageCodec.ForType declared = Sender.isPlain(value) ? null : codec;
    Object message = declared == null ? value : new Declared(value, declared);
    for (Room each : rooms) {
      each.send(message);
    }
  }
}
