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
   *
   * <p>Clients choose the values of variables. Put a slash between two of them, which no value
   * contains: <code>{team}/{topic}</code>. With another separator two paths may name one room.
   */
  String value() default "";
}
