package io.tautline;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method that lets a client in or not, before the connection is upgraded.
 *
 * <p>It takes the {@link Handshake} and {@code @PathParam} parameters, and returns an {@link
 * Admission} or a {@code CompletionStage} of one; null and void let the client in. What it throws
 * is answered with 500. It has {@code Limits.handshakeTimeout} to decide.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnHandshake {}
