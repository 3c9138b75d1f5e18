package io.tautline.container;

import io.tautline.connection.Completion;
import io.tautline.protocol.Opcode;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** The peer, for sends that never wait. */
final class AsyncRemote implements RemoteEndpoint.Async {
  private final TautlineSession session;
  private volatile long sendTimeout;

  AsyncRemote(TautlineSession session, long sendTimeout) {
    this.session = session;
    this.sendTimeout = sendTimeout;
  }

  @Override
  public long getSendTimeout() {
    return sendTimeout;
  }

  @Override
  public void setSendTimeout(long millis) {
    sendTimeout = millis;
  }

  @Override
  public void sendText(String text, SendHandler handler) {
    send(Opcode.TEXT, Sender.utf8(Arguments.required(text)), told(handler));
  }

  @Override
  public Future<Void> sendText(String text) {
    SendFuture future = new SendFuture();
    send(Opcode.TEXT, Sender.utf8(Arguments.required(text)), future);
    return future;
  }

  @Override
  public Future<Void> sendBinary(ByteBuffer data) {
    SendFuture future = new SendFuture();
    send(Opcode.BINARY, Sender.bytes(Arguments.required(data)), future);
    return future;
  }

  @Override
  public void sendBinary(ByteBuffer data, SendHandler handler) {
    send(Opcode.BINARY, Sender.bytes(Arguments.required(data)), told(handler));
  }

  @Override
  public Future<Void> sendObject(Object data) {
    SendFuture future = new SendFuture();
    send(Arguments.required(data), future);
    return future;
  }

  @Override
  public void sendObject(Object data, SendHandler handler) {
    Completion completion = told(handler);
    send(Arguments.required(data), completion);
  }

  private void send(int opcode, byte[] payload, Completion completion) {
    timed(completion, timed -> session.sender().sendAsync(opcode, payload, timed));
  }

  private void send(Object data, Completion completion) {
    timed(completion, timed -> session.sender().sendAsync(data, timed));
  }

  private void timed(Completion completion, Consumer<Completion> send) {
    session.requireOpen();
    long millis = sendTimeout;
    if (millis <= 0) {
      send.accept(completion);
      return;
    }
    TimedCompletion timed = new TimedCompletion(completion);
    send.accept(timed);
    timed.within(millis);
  }

  private Completion told(SendHandler handler) {
    Arguments.required(handler);
    return failure ->
        handler.onResult(
            failure == null ? new SendResult(session) : new SendResult(session, failure));
  }

  @Override
  public void setBatchingAllowed(boolean allowed) {
    session.batchingAllowed(allowed);
  }

  @Override
  public boolean getBatchingAllowed() {
    return session.batchingAllowed();
  }

  @Override
  public void flushBatch() {
    // What a callback sends leaves when it returns or blocks, what a room is sent in a moment.
  }

  @Override
  public void sendPing(ByteBuffer data) throws IOException {
    session.sender().control(Opcode.PING, data);
  }

  @Override
  public void sendPong(ByteBuffer data) throws IOException {
    session.sender().control(Opcode.PONG, data);
  }
}
