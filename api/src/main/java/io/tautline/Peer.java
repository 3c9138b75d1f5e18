package io.tautline;

import jakarta.websocket.Session;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The other end of a connection: a parameter of any callback. Used by any number of threads.
 *
 * <p>A question is a JSON object that begins with an {@code id}; its answer is the JSON object that
 * the other end's {@code @OnMessage} method returns, which begins with the same number as {@code
 * re}. Neither type declares these members.
 */
public interface Peer {
  /** Returns the session. */
  Session session();

  /**
   * Sends a message without waiting; whatever the session's remote can send as an object.
   *
   * @return completes when it is on its way, or with the reason why it never will be
   */
  CompletionStage<Void> send(Object message);

  /**
   * Sends a question.
   *
   * @param message becomes a JSON object
   * @param answer type of the answer
   * @param timeout how long to wait for it
   * @return completes with the answer; with a {@code TimeoutException} if none came in time; with
   *     an {@code IOException} if the connection ended; with a {@code DecodeException} if the
   *     answer was none of that type
   */
  <A> CompletionStage<A> ask(Object message, Class<A> answer, Duration timeout);
}
