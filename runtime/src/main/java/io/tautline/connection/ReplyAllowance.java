package io.tautline.connection;

import io.tautline.protocol.Memory;

/**
 * How many bytes of replies may wait for a peer that is read: {@link Limits#sendHighWater} as long
 * as it takes them.
 *
 * <p>If it takes nothing at all, it may be waiting for us as we are for it: both ends push, and
 * both have stopped reading since their replies wait. So the allowance grows, as far as there is
 * memory, up to what both ends can have under way; then one of them reads on. A peer that never
 * reads is ended by {@link Limits#stallTimeout}. Used in turns, where nothing else is said.
 */
final class ReplyAllowance {
  /** The peer takes nothing for so long before the allowance is doubled. */
  private static final long PATIENCE_NANOS = 100_000_000;

  private final Outbound outbound;
  private final Memory memory;
  private Limits limits;

  /** Bytes beyond {@link Limits#sendHighWater}, which have been taken from the memory. */
  private volatile int extra;

  private volatile long grownAt;

  /** When the peer was first not to be read, since too many replies waited; 0 if it is read. */
  private volatile long stoppedAt;

  ReplyAllowance(Outbound outbound, Memory memory, Limits limits) {
    this.outbound = outbound;
    this.memory = memory;
    this.limits = limits;
  }

  /** Has other bounds hold from now on. */
  void limits(Limits own) {
    limits = own;
  }

  /** Returns whether the peer may be read: few enough replies wait for it. */
  boolean mayRead() {
    if (!outbound.messagesWait()) {
      end();
    }
    boolean tooMany = tooManyWait();
    if (!tooMany) {
      stoppedAt = 0;
    } else if (stoppedAt == 0) {
      stoppedAt = System.nanoTime();
    }
    return !tooMany;
  }

  private boolean tooManyWait() {
    return outbound.messagesWait()
        && outbound.repliesExceed(
            limits.sendHighWater() + extra, limits.maxQueuedMessages() / 2 + extraMessages());
  }

  /**
   * Returns when the allowance may grow next; {@link Long#MAX_VALUE} if it need not or cannot. From
   * any thread.
   */
  long growsAt() {
    return !tooManyWait() || extra >= most() ? Long.MAX_VALUE : stillSince() + PATIENCE_NANOS;
  }

  private long stillSince() {
    return later(later(stoppedAt, outbound.progress()), grownAt);
  }

  /** Returns the later of two times; 0 stands for never. */
  private static long later(long one, long other) {
    return one == 0 || (other != 0 && other - one > 0) ? other : one;
  }

  /** What the pushes and the longest messages of both ends may need. */
  private int most() {
    long longest = Math.max(limits.maxTextBytes(), limits.maxBinaryBytes());
    return (int) Math.min(Integer.MAX_VALUE / 2, 2L * limits.maxQueuedBytes() + 3 * longest);
  }

  /** Returns how many messages may wait beyond the bound, in proportion to the bytes. */
  private int extraMessages() {
    return (int)
        Math.min(
            Integer.MAX_VALUE / 2,
            (long) extra * limits.maxQueuedMessages() / limits.sendHighWater());
  }

  /** Doubles the allowance if it is time. */
  void grow(long now) {
    if (!tooManyWait() || extra >= most() || now - stillSince() < PATIENCE_NANOS) {
      return;
    }
    grownAt = now;
    int before = extra;
    int after = Math.min(limits.sendHighWater() + 2 * before, most());
    if (memory.take(after - before)) {
      extra = after;
      outbound.replyExtra(after, extraMessages());
    }
  }

  /** Gives the memory back. */
  void end() {
    if (extra > 0) {
      memory.take(-extra);
      extra = 0;
      outbound.replyExtra(0, 0);
      grownAt = 0;
    }
  }
}
