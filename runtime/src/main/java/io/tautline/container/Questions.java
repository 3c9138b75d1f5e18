package io.tautline.container;

import io.tautline.Peer;
import io.tautline.connection.OutgoingMessage;
import io.tautline.protocol.Opcode;
import io.tautline.spi.MessageCodec;
import io.tautline.spi.MessageCodec.Correlation;
import jakarta.websocket.DecodeException;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The other end of a session, and the questions it has not answered yet. */
final class Questions implements Peer {
  private static final System.Logger LOG = System.getLogger("io.tautline.container");

  private record Question(MessageCodec.ForType answer, CompletableFuture<Object> future) {}

  private final TautlineSession session;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Question> open = new ConcurrentHashMap<>();

  Questions(TautlineSession session) {
    this.session = session;
  }

  @Override
  public Session session() {
    return session;
  }

  @Override
  public CompletionStage<Void> send(Object message) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    if (!session.isOpen()) {
      sent.completeExceptionally(new IOException("session " + session.getId() + " is not open"));
      return sent;
    }
    session.sender().sendAsync(message, failure -> complete(sent, failure));
    return sent;
  }

  /** Sends a message that has been written. */
  CompletionStage<Void> send(OutgoingMessage message, Object key) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    session.sender().sendAsync(message, key, failure -> complete(sent, failure));
    return sent;
  }

  @SuppressWarnings("NullAway") // null is the only value of Void
  private static void complete(CompletableFuture<Void> sent, @Nullable Throwable failure) {
    if (failure == null) {
      sent.complete(null);
    } else {
      sent.completeExceptionally(failure);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // the codec reads what it was prepared for
  public <A> CompletionStage<A> ask(Object message, Class<A> answer, Duration timeout) {
    MessageCodec codec = session.codec();
    try {
      byte[] question = codec.forType(message.getClass()).encode(message, true);
      return (CompletionStage<A>) ask(question, codec.forType(answer), timeout);
    } catch (EncodeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Sends a question that has been written, but for its number. */
  CompletionStage<?> ask(byte[] question, MessageCodec.ForType answer, Duration timeout) {
    if (!session.isOpen()) {
      return CompletableFuture.failedFuture(
          new IOException("session " + session.getId() + " is not open"));
    }
    CompletableFuture<Object> future = new CompletableFuture<>();
    long number = numbers.incrementAndGet();
    MessageCodec codec = session.codec();
    try {
      OutgoingMessage numbered =
          new OutgoingMessage(
              Opcode.TEXT, codec.correlate(question, new Correlation(number, false)));
      open.put(number, new Question(answer, future));
      forget(number, future);
      session.sender().offer(numbered, numbered, failure -> failed(future, failure));
      if (!session.connection().isOpen()) {
        failed(future, new IOException("session " + session.getId() + " is closed"));
      }
    } catch (EncodeException e) {
      future.completeExceptionally(e);
    }
    return future.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the one it is called on matters
  private void forget(long number, CompletableFuture<Object> future) {
    future.whenComplete((value, failure) -> open.remove(number));
  }

  private static void failed(CompletableFuture<Object> future, @Nullable Throwable failure) {
    if (failure != null) {
      future.completeExceptionally(failure);
    }
  }

  /** Takes a text message if it is an answer, be it one that nobody waits for any more. */
  boolean answered(byte[] bytes, int from, int to) {
    Correlation number = session.codec().correlation(bytes, from, to);
    if (number == null || !number.answer() || numbers.get() == 0) {
      return false; // nothing was ever asked
    }
    Question question = open.get(number.number());
    if (question == null) {
      LOG.log(
          Level.DEBUG,
          "{0} answered question {1}, which nobody asks (any more)",
          session,
          Long.toString(number.number()));
      return true;
    }
    try {
      question.future.complete(question.answer.decode(bytes, from, to, true));
    } catch (DecodeException | RuntimeException e) {
      question.future.completeExceptionally(e);
    }
    return true;
  }

  /** Tells everyone who waits that no answer will come. */
  void ended() {
    IOException why = new IOException("session " + session.getId() + " ended before the answer");
    open.values().forEach(question -> question.future.completeExceptionally(why));
  }
}
