package io.tautline.connection;

import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's attempts to connect to the addresses of a name (RFC 8305 §5): the next begins when one
 * has failed, or has not succeeded for a quarter of a second. The first that is connected is used.
 * From any thread.
 */
final class Dial {
  /** The Connection Attempt Delay that RFC 8305 §8 recommends. */
  static final long DELAY_NANOS = 250_000_000;

  private final ArrayDeque<SocketAddress> left;
  private final Consumer<SocketAddress> attempt;
  private final ClientListener listener;
  private final List<Connection> waiting = new ArrayList<>(2);
  private int running;
  private boolean over;
  private @Nullable Exception first;

  /**
   * @param addresses in the order in which they are tried; at least one
   * @param attempt begins one
   * @param listener told if none succeeds
   */
  Dial(
      List<? extends SocketAddress> addresses,
      Consumer<SocketAddress> attempt,
      ClientListener listener) {
    this.left = new ArrayDeque<>(addresses);
    this.attempt = attempt;
    this.listener = listener;
  }

  /** Begins the next attempt, if there is an address left and none has succeeded. */
  void next() {
    SocketAddress address;
    synchronized (this) {
      if (over || left.isEmpty()) {
        return;
      }
      address = left.remove();
      running++;
    }
    attempt.accept(address);
  }

  /** An attempt waits to be connected. */
  synchronized void waits(Connection connection) {
    waiting.add(connection);
  }

  /** Returns whether another attempt has succeeded, or all have failed. */
  synchronized boolean isOver() {
    return over;
  }

  /** An attempt is connected; returns whether it is the first. */
  boolean connected() {
    List<Connection> others;
    synchronized (this) {
      if (over) {
        return false;
      }
      over = true;
      others = List.copyOf(waiting);
      waiting.clear();
    }
    others.forEach(Connection::wake); // they end
    return true;
  }

  /** An attempt could not be connected. */
  void failed(Exception cause) {
    Exception all;
    boolean last;
    synchronized (this) {
      if (over) {
        return;
      }
      running--;
      if (first == null) {
        first = cause;
      } else if (first != cause) {
        first.addSuppressed(cause);
      }
      all = first;
      last = running == 0 && left.isEmpty();
      over = last;
    }
    if (last) {
      listener.failed(all, null, Rejection.NO_BODY);
    } else {
      next();
    }
  }
}
