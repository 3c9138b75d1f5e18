package io.tautline.connection;

import java.time.Duration;

/**
 * Every bound that a connection has, with defaults that are safe on the open Internet.
 *
 * @param handshakeTimeout from the first byte to the end of the opening handshake, TLS included
 * @param maxHeadBytes longest request or response head; 431 beyond it
 * @param maxHeaderFields most fields in a head; 431 beyond it
 * @param maxTargetBytes longest request target; 414 beyond it
 * @param maxTextBytes longest text message in bytes of UTF-8; 1009 beyond it
 * @param maxBinaryBytes longest binary message; 1009 beyond it
 * @param maxFragments most frames in one message held in memory; 1008 beyond it
 * @param messageTimeout from the first to the last frame of a message held in memory; 1008 beyond
 * @param pingInterval silence after which we ask the peer for a sign of life; zero for never
 * @param deadAfter silence after which the peer counts as gone, 1006; zero for never
 * @param closeTimeout from our Close frame to the end of the connection; aborted beyond it
 * @param stallTimeout longest time in which a peer takes none of the bytes waiting for it; aborted
 *     beyond it
 * @param sendHighWater bytes waiting to be sent above which blocking sends wait, and a peer that
 *     does not take its answers is read from no more
 * @param maxQueuedBytes most bytes waiting to be sent, beside one message of any size; 1008 beyond
 * @param maxQueuedMessages most messages waiting to be sent; 1008 beyond it
 * @param maxConnections most connections at once; 503 beyond it
 * @param maxCarriers most threads for handlers that block
 */
public record Limits(
    Duration handshakeTimeout,
    int maxHeadBytes,
    int maxHeaderFields,
    int maxTargetBytes,
    int maxTextBytes,
    int maxBinaryBytes,
    int maxFragments,
    Duration messageTimeout,
    Duration pingInterval,
    Duration deadAfter,
    Duration closeTimeout,
    Duration stallTimeout,
    int sendHighWater,
    int maxQueuedBytes,
    int maxQueuedMessages,
    int maxConnections,
    int maxCarriers) {

  /** The defaults. */
  public static final Limits DEFAULT =
      new Limits(
          Duration.ofSeconds(10),
          8 * 1024,
          100,
          4 * 1024,
          1024 * 1024,
          1024 * 1024,
          16 * 1024,
          Duration.ofSeconds(60),
          Duration.ofSeconds(25),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          64 * 1024,
          1024 * 1024,
          1024,
          10_000,
          256);

  /** Returns these limits with other message sizes. */
  public Limits withMaxMessageBytes(int text, int binary) {
    return new Limits(
        handshakeTimeout,
        maxHeadBytes,
        maxHeaderFields,
        maxTargetBytes,
        text,
        binary,
        maxFragments,
        messageTimeout,
        pingInterval,
        deadAfter,
        closeTimeout,
        stallTimeout,
        sendHighWater,
        maxQueuedBytes,
        maxQueuedMessages,
        maxConnections,
        maxCarriers);
  }

  /** Returns these limits with other times for the handshake, for closing and for stalled peers. */
  public Limits withTimeouts(Duration handshake, Duration close, Duration stall) {
    return new Limits(
        handshake,
        maxHeadBytes,
        maxHeaderFields,
        maxTargetBytes,
        maxTextBytes,
        maxBinaryBytes,
        maxFragments,
        messageTimeout,
        pingInterval,
        deadAfter,
        close,
        stall,
        sendHighWater,
        maxQueuedBytes,
        maxQueuedMessages,
        maxConnections,
        maxCarriers);
  }

  /** Returns these limits with another keepalive. */
  public Limits withKeepalive(Duration ping, Duration dead) {
    return new Limits(
        handshakeTimeout,
        maxHeadBytes,
        maxHeaderFields,
        maxTargetBytes,
        maxTextBytes,
        maxBinaryBytes,
        maxFragments,
        messageTimeout,
        ping,
        dead,
        closeTimeout,
        stallTimeout,
        sendHighWater,
        maxQueuedBytes,
        maxQueuedMessages,
        maxConnections,
        maxCarriers);
  }

  /** Returns these limits with another fragment limit and another connection limit. */
  public Limits withMaxCounts(int fragments, int connections) {
    return new Limits(
        handshakeTimeout,
        maxHeadBytes,
        maxHeaderFields,
        maxTargetBytes,
        maxTextBytes,
        maxBinaryBytes,
        fragments,
        messageTimeout,
        pingInterval,
        deadAfter,
        closeTimeout,
        stallTimeout,
        sendHighWater,
        maxQueuedBytes,
        maxQueuedMessages,
        connections,
        maxCarriers);
  }
}
