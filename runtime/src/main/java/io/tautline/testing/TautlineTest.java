package io.tautline.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts the application on a free port for each test, and closes it with every client afterwards.
 *
 * <pre>{@code
 * @TautlineTest
 * class ChatTest {
 *   @Test
 *   void everyoneHears(@Connect("/chat/blue") TestClient ann, @Connect("/chat/blue") TestClient bob) {
 *     ann.send(new Say("hello"));
 *     assertEquals("hello", bob.expect(Said.class).text());
 *   }
 * }
 * }</pre>
 *
 * <p>A {@link TypedTestClient} sends by the methods of an {@link io.tautline.EndpointClient}
 * interface. A test may also ask for the {@code TautlineServer}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(TautlineExtension.class)
public @interface TautlineTest {
  /** The endpoint classes to serve; all that are found on the class path if there are none. */
  Class<?>[] value() default {};
}
