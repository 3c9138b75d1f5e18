package io.tautline;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a plain class a WebSocket endpoint: one instance for each connection.
 *
 * <p>The class marks its callbacks with Jakarta's {@code @OnOpen}, {@code @OnMessage},
 * {@code @OnClose} and {@code @OnError}, and {@link OnHandshake}. Beside what Jakarta WebSocket
 * allows, a message parameter or return value of any other type is JSON, several {@code @OnMessage}
 * methods take messages of several types, several {@code @OnError} methods several exceptions, and
 * a {@code CompletionStage} is answered when it completes.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Endpoint {
  /** Where the endpoint is served: {@code /chat} or a template such as {@code /chat/{room}}. */
  String value();

  /** Subprotocols the endpoint speaks; the client's order decides (RFC 6455 §1.9). */
  String[] subprotocols() default {};

  /** Longest message in bytes; 1009 beyond it. -1 for the server's limit. */
  int maxMessageBytes() default -1;

  /**
   * Silence of both sides after which the session ends. 0 for never, -1 for the server's setting.
   */
  long idleTimeoutMillis() default -1;

  /** Whether messages are compressed (RFC 7692). */
  Compression compression() default Compression.AS_SERVER;

  /**
   * Whose pages may connect beside those of the same host, such as {@code https://example.org};
   * {@code *} for all. Those that the server allows may in any case.
   */
  String[] allowedOrigins() default {};

  /** What becomes of messages that a peer takes too slowly, see {@link #maxQueuedBytes}. */
  SlowConsumer slowConsumer() default SlowConsumer.CLOSE;

  /** Most bytes that wait for one peer. -1 for the server's limit. */
  int maxQueuedBytes() default -1;

  /** Most messages that wait for one peer. -1 for the server's limit. */
  int maxQueuedMessages() default -1;

  /**
   * Other bounds of the endpoint's connections, each as in a settings file: {@code "pingInterval=10
   * s"}, {@code "maxFragments=100"}. Those of handshakes and of the server as a whole are not for
   * an endpoint to set.
   */
  String[] limits() default {};
}
