package io.tautline.connection;

import io.tautline.model.LimitName;
import io.tautline.transport.DetachedThreads;
import java.time.Duration;

/**
 * Every bound that a connection has, with defaults that are safe on the open Internet. To change
 * some: {@code Limits.builder().maxTextBytes(4096).build()}.
 *
 * @param handshakeTimeout from the first byte to the end of the opening handshake, TLS included
 * @param maxSlowHandshakes most handshakes of one address whose request takes more than a second;
 *     408 beyond it
 * @param maxHeadBytes longest request or response head; 431 beyond it
 * @param maxHeaderFields most fields in a head; 431 beyond it
 * @param maxTargetBytes longest request target; 414 beyond it
 * @param maxTextBytes longest text message in bytes of UTF-8; 1009 beyond it
 * @param maxBinaryBytes longest binary message; 1009 beyond it
 * @param maxFrameBytes longest frame of a message; 1009 beyond it; what bounds messages bounds
 *     their frames, so this is without a bound of its own by default
 * @param maxFragments most frames in one message held in memory; 1008 beyond it
 * @param messageTimeout from the first to the last frame of a message held in memory; 1008 beyond
 * @param maxUnfinishedBytes most memory for unfinished messages of all connections together; 1013
 *     beyond it; a quarter of the heap by default
 * @param pingInterval silence after which we ask the peer for a sign of life; zero for never
 * @param deadAfter silence after which the peer counts as gone, 1006; zero for never; longer than
 *     pingInterval, and without effect if that is zero
 * @param closeTimeout from our Close frame to the end of the connection; aborted beyond it
 * @param stallTimeout longest time in which a peer takes none of the bytes waiting for it; aborted
 *     beyond it
 * @param sendHighWater bytes waiting to be sent above which blocking sends wait, and a peer that
 *     does not take its answers is read from no more
 * @param maxQueuedBytes most bytes waiting to be sent, beside one message of any size; 1008 beyond
 * @param maxQueuedMessages most messages waiting to be sent; 1008 beyond it
 * @param maxPendingAnswers most answers that handlers have promised by a {@code CompletionStage}
 *     and not given; beyond it the peer is not read
 * @param maxConnections most connections at once; 503 beyond it; by default 10,000, or 90 % of the
 *     files that the process may open if that is less
 * @param maxBlockedHandlers most handlers that may block at once; further calls of handlers that
 *     are known to block wait, and their connections are not read; 256 by default, 4096 from Java
 *     21 on, where they take virtual threads
 * @param maxBlockedPerEndpoint most handlers of one endpoint that may block at once; three quarters
 *     of maxBlockedHandlers by default
 */
public record Limits(
    Duration handshakeTimeout,
    int maxSlowHandshakes,
    int maxHeadBytes,
    int maxHeaderFields,
    int maxTargetBytes,
    int maxTextBytes,
    int maxBinaryBytes,
    long maxFrameBytes,
    int maxFragments,
    Duration messageTimeout,
    long maxUnfinishedBytes,
    Duration pingInterval,
    Duration deadAfter,
    Duration closeTimeout,
    Duration stallTimeout,
    int sendHighWater,
    int maxQueuedBytes,
    int maxQueuedMessages,
    int maxPendingAnswers,
    int maxConnections,
    int maxBlockedHandlers,
    int maxBlockedPerEndpoint) {

  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  /** The defaults. */
  public static final Limits DEFAULT = builder().build();

  /** Returns a builder that begins with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that begins with these. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    for (LimitName name : LimitName.values()) {
      builder.set(name, get(name));
    }
    return builder;
  }

  /** Returns the limit of that name: nanoseconds, bytes or a number. */
  public long get(LimitName name) {
    return switch (name) {
      case HANDSHAKE_TIMEOUT -> handshakeTimeout.toNanos();
      case MAX_SLOW_HANDSHAKES -> maxSlowHandshakes;
      case MAX_HEAD_BYTES -> maxHeadBytes;
      case MAX_HEADER_FIELDS -> maxHeaderFields;
      case MAX_TARGET_BYTES -> maxTargetBytes;
      case MAX_TEXT_BYTES -> maxTextBytes;
      case MAX_BINARY_BYTES -> maxBinaryBytes;
      case MAX_FRAME_BYTES -> maxFrameBytes;
      case MAX_FRAGMENTS -> maxFragments;
      case MESSAGE_TIMEOUT -> messageTimeout.toNanos();
      case MAX_UNFINISHED_BYTES -> maxUnfinishedBytes;
      case PING_INTERVAL -> pingInterval.toNanos();
      case DEAD_AFTER -> deadAfter.toNanos();
      case CLOSE_TIMEOUT -> closeTimeout.toNanos();
      case STALL_TIMEOUT -> stallTimeout.toNanos();
      case SEND_HIGH_WATER -> sendHighWater;
      case MAX_QUEUED_BYTES -> maxQueuedBytes;
      case MAX_QUEUED_MESSAGES -> maxQueuedMessages;
      case MAX_PENDING_ANSWERS -> maxPendingAnswers;
      case MAX_CONNECTIONS -> maxConnections;
      case MAX_BLOCKED_HANDLERS -> maxBlockedHandlers;
      case MAX_BLOCKED_PER_ENDPOINT -> maxBlockedPerEndpoint;
    };
  }

  /** Returns a time that may be added to others: a hundred years at most, which is for ever. */
  public static Duration bounded(Duration time) {
    return time.compareTo(FOR_EVER) > 0 ? FOR_EVER : time;
  }

  /** Limits to be; a setting that is not called keeps its default. See {@link Limits}. */
  public static final class Builder {
    private Duration handshakeTimeout = Duration.ofSeconds(10);
    private int maxSlowHandshakes = 128;
    private int maxHeadBytes = 8 * 1024;
    private int maxHeaderFields = 100;
    private int maxTargetBytes = 4 * 1024;
    private int maxTextBytes = 1024 * 1024;
    private int maxBinaryBytes = 1024 * 1024;
    private long maxFrameBytes = Long.MAX_VALUE;
    private int maxFragments = 16 * 1024;
    private Duration messageTimeout = Duration.ofSeconds(60);
    private long maxUnfinishedBytes = Runtime.getRuntime().maxMemory() / 4;
    private Duration pingInterval = Duration.ofSeconds(25);
    private Duration deadAfter = Duration.ofSeconds(60);
    private Duration closeTimeout = Duration.ofSeconds(5);
    private Duration stallTimeout = Duration.ofSeconds(20);
    private int sendHighWater = 64 * 1024;
    private int maxQueuedBytes = 1024 * 1024;
    private int maxQueuedMessages = 1024;
    private int maxPendingAnswers = 128;
    private int maxConnections = Descriptors.share(10_000);
    private int maxBlockedHandlers = DetachedThreads.areVirtual() ? 4096 : 256;

    /** 0 for three quarters of the total. */
    private int maxBlockedPerEndpoint;

    private Builder() {}

    /** Sets {@link Limits#handshakeTimeout}. */
    public Builder handshakeTimeout(Duration value) {
      Duration time = bounded(value);
      positive("handshakeTimeout", time.toNanos());
      handshakeTimeout = time;
      return this;
    }

    /** Sets {@link Limits#maxSlowHandshakes}. */
    public Builder maxSlowHandshakes(int value) {
      positive("maxSlowHandshakes", value);
      maxSlowHandshakes = value;
      return this;
    }

    /** Sets {@link Limits#maxHeadBytes}. */
    public Builder maxHeadBytes(int value) {
      positive("maxHeadBytes", value);
      maxHeadBytes = value;
      return this;
    }

    /** Sets {@link Limits#maxHeaderFields}. */
    public Builder maxHeaderFields(int value) {
      positive("maxHeaderFields", value);
      maxHeaderFields = value;
      return this;
    }

    /** Sets {@link Limits#maxTargetBytes}. */
    public Builder maxTargetBytes(int value) {
      positive("maxTargetBytes", value);
      maxTargetBytes = value;
      return this;
    }

    /** Sets {@link Limits#maxTextBytes}. */
    public Builder maxTextBytes(int value) {
      positive("maxTextBytes", value);
      maxTextBytes = value;
      return this;
    }

    /** Sets {@link Limits#maxBinaryBytes}. */
    public Builder maxBinaryBytes(int value) {
      positive("maxBinaryBytes", value);
      maxBinaryBytes = value;
      return this;
    }

    /** Sets {@link Limits#maxFrameBytes}. */
    public Builder maxFrameBytes(long value) {
      positive("maxFrameBytes", value);
      maxFrameBytes = value;
      return this;
    }

    /** Sets {@link Limits#maxFragments}. */
    public Builder maxFragments(int value) {
      positive("maxFragments", value);
      maxFragments = value;
      return this;
    }

    /** Sets {@link Limits#messageTimeout}. */
    public Builder messageTimeout(Duration value) {
      Duration time = bounded(value);
      positive("messageTimeout", time.toNanos());
      messageTimeout = time;
      return this;
    }

    /** Sets {@link Limits#maxUnfinishedBytes}. */
    public Builder maxUnfinishedBytes(long value) {
      positive("maxUnfinishedBytes", value);
      maxUnfinishedBytes = value;
      return this;
    }

    /** Sets {@link Limits#pingInterval}. */
    public Builder pingInterval(Duration value) {
      Duration time = bounded(value);
      positive("pingInterval", time.toNanos() + 1);
      pingInterval = time;
      return this;
    }

    /** Sets {@link Limits#deadAfter}. */
    public Builder deadAfter(Duration value) {
      Duration time = bounded(value);
      positive("deadAfter", time.toNanos() + 1);
      deadAfter = time;
      return this;
    }

    /** Sets {@link Limits#closeTimeout}. */
    public Builder closeTimeout(Duration value) {
      Duration time = bounded(value);
      positive("closeTimeout", time.toNanos());
      closeTimeout = time;
      return this;
    }

    /** Sets {@link Limits#stallTimeout}. */
    public Builder stallTimeout(Duration value) {
      Duration time = bounded(value);
      positive("stallTimeout", time.toNanos());
      stallTimeout = time;
      return this;
    }

    /** Sets {@link Limits#sendHighWater}. */
    public Builder sendHighWater(int value) {
      positive("sendHighWater", value);
      sendHighWater = value;
      return this;
    }

    /** Sets {@link Limits#maxQueuedBytes}. */
    public Builder maxQueuedBytes(int value) {
      positive("maxQueuedBytes", value);
      maxQueuedBytes = value;
      return this;
    }

    /** Sets {@link Limits#maxPendingAnswers}. */
    public Builder maxPendingAnswers(int value) {
      positive("maxPendingAnswers", value);
      maxPendingAnswers = value;
      return this;
    }

    /** Sets {@link Limits#maxQueuedMessages}. */
    public Builder maxQueuedMessages(int value) {
      positive("maxQueuedMessages", value);
      maxQueuedMessages = value;
      return this;
    }

    /** Sets {@link Limits#maxConnections}. */
    public Builder maxConnections(int value) {
      positive("maxConnections", value);
      maxConnections = value;
      return this;
    }

    /** Sets {@link Limits#maxBlockedHandlers}. */
    public Builder maxBlockedHandlers(int value) {
      positive("maxBlockedHandlers", value);
      maxBlockedHandlers = value;
      return this;
    }

    /** Sets {@link Limits#maxBlockedPerEndpoint}. */
    public Builder maxBlockedPerEndpoint(int value) {
      positive("maxBlockedPerEndpoint", value);
      maxBlockedPerEndpoint = value;
      return this;
    }

    /**
     * Sets the limit of that name.
     *
     * @param value nanoseconds, bytes or a number, as {@link LimitName#parse} returns it
     */
    public Builder set(LimitName name, long value) {
      return switch (name) {
        case HANDSHAKE_TIMEOUT -> handshakeTimeout(Duration.ofNanos(value));
        case MAX_SLOW_HANDSHAKES -> maxSlowHandshakes(Math.toIntExact(value));
        case MAX_HEAD_BYTES -> maxHeadBytes(Math.toIntExact(value));
        case MAX_HEADER_FIELDS -> maxHeaderFields(Math.toIntExact(value));
        case MAX_TARGET_BYTES -> maxTargetBytes(Math.toIntExact(value));
        case MAX_TEXT_BYTES -> maxTextBytes(Math.toIntExact(value));
        case MAX_BINARY_BYTES -> maxBinaryBytes(Math.toIntExact(value));
        case MAX_FRAME_BYTES -> maxFrameBytes(value);
        case MAX_FRAGMENTS -> maxFragments(Math.toIntExact(value));
        case MESSAGE_TIMEOUT -> messageTimeout(Duration.ofNanos(value));
        case MAX_UNFINISHED_BYTES -> maxUnfinishedBytes(value);
        case PING_INTERVAL -> pingInterval(Duration.ofNanos(value));
        case DEAD_AFTER -> deadAfter(Duration.ofNanos(value));
        case CLOSE_TIMEOUT -> closeTimeout(Duration.ofNanos(value));
        case STALL_TIMEOUT -> stallTimeout(Duration.ofNanos(value));
        case SEND_HIGH_WATER -> sendHighWater(Math.toIntExact(value));
        case MAX_QUEUED_BYTES -> maxQueuedBytes(Math.toIntExact(value));
        case MAX_QUEUED_MESSAGES -> maxQueuedMessages(Math.toIntExact(value));
        case MAX_PENDING_ANSWERS -> maxPendingAnswers(Math.toIntExact(value));
        case MAX_CONNECTIONS -> maxConnections(Math.toIntExact(value));
        case MAX_BLOCKED_HANDLERS -> maxBlockedHandlers(Math.toIntExact(value));
        case MAX_BLOCKED_PER_ENDPOINT -> maxBlockedPerEndpoint(Math.toIntExact(value));
      };
    }

    private static void positive(String name, long value) {
      if (value <= 0) {
        throw new IllegalArgumentException("Limits." + name + " must be more than zero");
      }
    }

    /**
     * Returns the limits.
     *
     * @throws IllegalArgumentException if peers would be given up before they are asked
     */
    public Limits build() {
      if (!deadAfter.isZero() && deadAfter.compareTo(pingInterval) <= 0) {
        throw new IllegalArgumentException(
            "deadAfter ("
                + LimitName.DEAD_AFTER.format(deadAfter.toNanos())
                + ") must be longer than pingInterval ("
                + LimitName.PING_INTERVAL.format(pingInterval.toNanos())
                + "), or peers are given up before they are asked");
      }
      return new Limits(
          handshakeTimeout,
          maxSlowHandshakes,
          maxHeadBytes,
          maxHeaderFields,
          maxTargetBytes,
          maxTextBytes,
          maxBinaryBytes,
          maxFrameBytes,
          maxFragments,
          messageTimeout,
          maxUnfinishedBytes,
          pingInterval,
          deadAfter,
          closeTimeout,
          stallTimeout,
          sendHighWater,
          maxQueuedBytes,
          maxQueuedMessages,
          maxPendingAnswers,
          maxConnections,
          maxBlockedHandlers,
          maxBlockedPerEndpoint == 0
              ? Math.max(1, maxBlockedHandlers - maxBlockedHandlers / 4)
              : maxBlockedPerEndpoint);
    }
  }
}
