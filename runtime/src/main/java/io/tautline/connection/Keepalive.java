package io.tautline.connection;

/**
 * Judges silence: when to ask the peer for a sign of life, when to give it up, and when the
 * application's own idle timeout is over. Times are nanoseconds of one clock.
 *
 * <p>Our own Pings and their Pongs are signs of life but no activity of the application's.
 */
final class Keepalive {
  /** What is due. */
  enum Verdict {
    NOTHING,
    PING,
    DEAD,
    IDLE
  }

  private long pingNanos;
  private long deadNanos;

  /** The application's idle timeout, or 0 for none. */
  private volatile long idleNanos;

  private long lastRead;
  private volatile long lastActive;
  private boolean pinged;

  Keepalive(Limits limits, long now) {
    limits(limits);
    lastRead = now;
    lastActive = now;
  }

  /** Has other bounds hold from now on. */
  final void limits(Limits limits) {
    pingNanos = limits.pingInterval().toNanos();
    deadNanos =
        pingNanos == 0 ? 0 : limits.deadAfter().toNanos(); // who was never asked is not dead
  }

  void idleTimeout(long nanos, long now) {
    idleNanos = nanos;
    lastActive = now;
  }

  /** Bytes arrived, which is a sign of life. */
  void read(long now) {
    lastRead = now;
  }

  /** Nobody listened to the peer for so long. */
  void worked(long nanos) {
    lastRead += nanos;
  }

  /** The application sent or received something. */
  void active(long now) {
    if (lastActive != now) { // the same for a whole turn
      lastActive = now;
    }
  }

  /** The peer took bytes that had waited for it: it lives, and a message is on its way. */
  void taken(long at) {
    if (at - lastRead > 0) {
      lastRead = at;
    }
    if (at - lastActive > 0) {
      lastActive = at;
    }
  }

  /**
   * A Pong arrived.
   *
   * @return whether it answers our own Ping, which has no payload
   */
  boolean answered(boolean empty) {
    boolean ours = pinged && empty;
    pinged = false; // a peer may answer only the latest of several Pings (§5.5.3)
    return ours;
  }

  Verdict due(long now) {
    if (idleNanos > 0 && now - lastActive >= idleNanos) {
      return Verdict.IDLE;
    }
    if (deadNanos > 0 && now - lastRead >= deadNanos) {
      return Verdict.DEAD;
    }
    if (pingNanos > 0 && now - lastRead >= pingNanos && !pinged) {
      pinged = true;
      return Verdict.PING;
    }
    return Verdict.NOTHING;
  }

  long deadline() {
    long at = pingNanos > 0 && !pinged ? lastRead + pingNanos : Long.MAX_VALUE;
    if (deadNanos > 0) {
      at = Math.min(at, lastRead + deadNanos);
    }
    return idleNanos > 0 ? Math.min(at, lastActive + idleNanos) : at;
  }
}
