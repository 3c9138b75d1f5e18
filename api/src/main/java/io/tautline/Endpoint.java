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
 * {@code @OnClose} and {@code @OnError}. Beside what Jakarta WebSocket allows, a message parameter
 * or return value of any other type is JSON.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Endpoint {
  /** Where the endpoint is served: {@code /chat} or a template such as {@code /chat/{room}}. */
  String value();

  /** Subprotocols the endpoint speaks, the most wanted first (RFC 6455 §1.9). */
  String[] subprotocols() default {};
}
