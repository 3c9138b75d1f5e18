package io.tautline;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sends what a callback returns to everyone in a {@link Room}, the caller included if it is there,
 * instead of to the caller alone.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Broadcast {
  /**
   * The room's name, with variables of the path: {@code lobby}, {@code {room}}. Empty for every
   * room that the session is in.
   */
  String value() default "";
}
