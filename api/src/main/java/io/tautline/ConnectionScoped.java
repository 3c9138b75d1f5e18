package io.tautline;

import jakarta.inject.Scope;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a class of which each connection has one instance, shared by whatever is injected there:
 * the endpoint, its configurator's products, its coders; unless the application's own beans have
 * one of that class. It may ask for {@code Session}, {@link Handshake} and {@link Peer} in its
 * constructor. If it is {@link AutoCloseable} it is closed after {@code @OnClose}.
 */
@Scope
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface ConnectionScoped {}
