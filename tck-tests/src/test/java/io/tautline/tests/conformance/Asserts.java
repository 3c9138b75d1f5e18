package io.tautline.tests.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the assertions of Jakarta WebSocket that a test shows; see {@code assertions.txt}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Asserts {
  /** Returns numbers such as {@code WSC-2.1.2-1}. */
  String[] value();
}
