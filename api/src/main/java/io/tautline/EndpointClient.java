package io.tautline;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes an interface a client: {@link Clients} connects it, and each of its methods sends a message
 * or says who is told of one.
 *
 * <pre>{@code
 * @EndpointClient
 * interface Shop extends AutoCloseable {
 *   void look(Look look);                          // sends
 *   CompletionStage<Price> price(Question about);  // asks, and completes with the answer
 *   @OnMessage void offered(Consumer<Offer> told); // who is told of offers
 *   @Override void close();
 * }
 * }</pre>
 *
 * <ul>
 *   <li>A method that returns nothing sends its parameter, and waits while the server takes its
 *       messages too slowly. One that returns {@code CompletionStage<Void>} does not wait.
 *   <li>A method that returns another {@code CompletionStage} asks, see {@link Peer#ask}. It waits
 *       for ten seconds, or for its second parameter, a {@code Duration}.
 *   <li>Strings, bytes and buffers are sent as they are. Everything else is sent as JSON, with the
 *       {@code type} by which an {@link Endpoint} tells messages apart.
 *   <li>A method annotated {@code @OnMessage}, {@code @OnOpen}, {@code @OnClose} or
 *       {@code @OnError} takes a {@code Consumer}: of messages, of the {@code Session}, of the
 *       {@code CloseReason} or of the {@code Throwable}. Messages of several types are told apart
 *       as by an {@link Endpoint}.
 * </ul>
 *
 * <p>A client that is not connected, or no longer, throws {@code IllegalStateException} or {@code
 * UncheckedIOException}. Its methods may be called by any thread; consumers are called one at a
 * time.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface EndpointClient {}
