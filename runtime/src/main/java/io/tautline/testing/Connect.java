package io.tautline.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a {@link TestClient} or {@link TypedTestClient} parameter: it is connected when the test
 * begins.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Connect {
  /** Path and query to connect to, such as {@code /chat/blue?name=Ann}. */
  String value();

  /** Subprotocols to offer; {@code "bearer", "token"} sends a token. */
  String[] subprotocols() default {};
}
