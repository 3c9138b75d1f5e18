package io.tautline.connection;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Counts the handshakes that take their time, by the address they come from; from any thread.
 *
 * <p>Only a handshake that has lasted for {@link #SLOW_NANOS} is counted, so that many who come at
 * once, from one house or through one proxy, are not taken for an attack, and so that quick ones
 * cost nothing. Addresses of IPv6 count by their network of 64 bits, which is what one host has.
 */
final class SlowHandshakes {
  /** A handshake whose request takes longer than this is slow. */
  static final long SLOW_NANOS = 1_000_000_000L;

  private final int most;
  private final ConcurrentMap<Long, Integer> counts = new ConcurrentHashMap<>();

  /**
   * @param most most of one address at a time
   */
  SlowHandshakes(int most) {
    this.most = most;
  }

  /** Counts one more; returns false, and does not count it, if there are too many. */
  boolean enter(InetAddress from) {
    int count = counts.merge(key(from), 1, Integer::sum);
    if (count > most) {
      leave(from);
      return false;
    }
    return true;
  }

  /** Counts one less. */
  void leave(InetAddress from) {
    counts.computeIfPresent(key(from), (key, count) -> count == 1 ? null : count - 1);
  }

  /** Returns how many addresses have slow handshakes now. */
  int addresses() {
    return counts.size();
  }

  private static long key(InetAddress from) {
    ByteBuffer bytes = ByteBuffer.wrap(from.getAddress());
    return from instanceof Inet4Address ? bytes.getInt() : bytes.getLong();
  }
}
