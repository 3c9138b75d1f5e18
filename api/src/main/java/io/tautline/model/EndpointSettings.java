package io.tautline.model;

import io.tautline.Compression;
import io.tautline.SlowConsumer;
import java.util.List;

/**
 * What an {@code @Endpoint} says about its connections; -1 leaves a number to the server.
 *
 * @param maxMessageBytes longest message
 * @param idleTimeoutMillis silence after which a session ends
 * @param compression whether messages are compressed
 * @param allowedOrigins whose pages may connect, beside those that the server allows
 * @param slowConsumer what becomes of messages for a slow peer
 * @param maxQueuedBytes most bytes that wait for one peer
 * @param maxQueuedMessages most messages that wait for one peer
 * @param limits other bounds, each as {@code name=value}, see {@link LimitName}
 */
public record EndpointSettings(
    int maxMessageBytes,
    long idleTimeoutMillis,
    Compression compression,
    List<String> allowedOrigins,
    SlowConsumer slowConsumer,
    int maxQueuedBytes,
    int maxQueuedMessages,
    List<String> limits) {

  /** Everything as the server has it; Jakarta's annotations say no more. */
  public static final EndpointSettings DEFAULT =
      new EndpointSettings(
          -1, -1, Compression.AS_SERVER, List.of(), SlowConsumer.CLOSE, -1, -1, List.of());

  /** Copies the lists. */
  public EndpointSettings {
    allowedOrigins = List.copyOf(allowedOrigins);
    limits = List.copyOf(limits);
  }
}
