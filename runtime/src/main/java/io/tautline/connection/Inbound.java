package io.tautline.connection;

import io.tautline.transport.Carrier;
import io.tautline.transport.DetachedThreads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Everything on its way into one connection: one read a turn, handed to the phase as far as that
 * can take it. While it cannot, the socket is not read from.
 *
 * <p>A handler that streams a message reads on from within its turn, by {@link #pull}: first what
 * is left of the buffer, then from the socket, waiting for it while the loop goes on elsewhere.
 *
 * <p>Used during turns only, but for {@link #signal}.
 */
final class Inbound {
  private static final byte[] NOTHING = {};

  /** Most bytes that are read to their place at once. */
  private static final int PLACE_BYTES = Carrier.BUFFER_BYTES;

  private final ServedSocket connection;

  /** Where the turn under way reads into; null between turns. */
  private @Nullable ByteBuffer buffer;

  /** Whether that is one of {@link DetachedThreads}. */
  private boolean borrowed;

  /** The thread of the turn under way. */
  private @Nullable Thread thread;

  /** The input of the turn under way, and how far it has been taken. */
  private byte[] bytes = NOTHING;

  private int at;
  private int end;

  /** Input read but not taken, because the phase could take no more; else null. */
  private byte @Nullable [] unread;

  /** Whether the socket is not read from, until the phase can take input again. */
  private boolean paused;

  /** When {@link #pull} returned last in the turn under way, or 0. */
  private long pulledAt;

  /** The thread that waits in {@link #pull}. */
  private volatile @Nullable Thread waiter;

  /** Whether there may be input for {@link #waiter}. */
  private volatile boolean signalled;

  Inbound(ServedSocket connection) {
    this.connection = connection;
  }

  boolean paused() {
    return paused;
  }

  /**
   * Begins a turn: what was left over is the first input.
   *
   * @param in to read into, during this turn; the whole of an array; null to take one of {@link
   *     DetachedThreads} when there is something to read
   */
  void begin(@Nullable ByteBuffer in) {
    buffer = in;
    borrowed = false;
    pulledAt = 0;
    thread = Thread.currentThread();
    byte[] rest = unread;
    if (rest != null) {
      forgetUnread();
      bytes = rest;
      at = 0;
      end = rest.length;
    }
  }

  /** Takes what was left over, then what the socket has. */
  @SuppressWarnings("ByteBufferBackingArray") // see begin
  void turn() {
    take();
    if (paused && at == end && connection.takesInput() && !connection.gone()) {
      paused = false;
      connection.interest(SelectionKey.OP_READ, true);
    }
    if (!paused && !connection.gone() && connection.readable()) {
      ByteBuffer place = connection.phase().place(PLACE_BYTES);
      ByteBuffer into = place == null ? buffer().clear() : place;
      int from = into.position();
      int n = read(into);
      if (n > 0) {
        bytes = into.array();
        at = from;
        end = from + n;
        take();
      }
    }
  }

  /** Ends a turn: what the phase has not taken is kept, if there is memory for it. */
  void end() {
    try {
      if (at < end && !connection.gone()) {
        keepUnread();
      }
    } finally {
      giveBackBuffer();
      buffer = null;
      thread = null;
      bytes = NOTHING;
      at = 0;
      end = 0;
    }
  }

  private void keepUnread() {
    int length = end - at;
    if (!connection.memory().take(length)) {
      connection.overloaded();
      return;
    }
    try {
      unread = Arrays.copyOfRange(bytes, at, end);
    } catch (OutOfMemoryError e) {
      connection.memory().take(-length);
      throw e;
    }
  }

  /** Gives back the memory of what is kept for the next turn. */
  void forgetUnread() {
    byte[] rest = unread;
    if (rest != null) {
      unread = null;
      connection.memory().take(-rest.length);
    }
  }

  private ByteBuffer buffer() {
    ByteBuffer in = buffer;
    if (in == null) {
      in = DetachedThreads.takeBuffer();
      buffer = in;
      borrowed = true;
    }
    return in;
  }

  private void giveBackBuffer() {
    ByteBuffer in = buffer;
    if (in != null && borrowed) {
      buffer = null;
      borrowed = false;
      DetachedThreads.giveBack(in);
    }
  }

  /** Reads once; returns the number of bytes, 0 for none, -1 once the peer has ended. */
  private int read(ByteBuffer in) {
    int n;
    try {
      n = connection.wire().read(in);
    } catch (IOException e) {
      connection.outbound().abort(e);
      connection.end();
      return -1;
    }
    if (n < 0) {
      connection.phase().ended();
    }
    return n;
  }

  private void take() {
    while (at < end && !connection.gone() && connection.takesInput()) {
      at = connection.phase().received(bytes, at, end);
      connection.phase().received(); // may read on by itself, and change all three
    }
    if (!connection.takesInput() && !connection.gone() && !paused) {
      paused = true;
      connection.interest(SelectionKey.OP_READ, false);
    }
  }

  /**
   * Gives the phase more input, from within a turn; blocks until there is some.
   *
   * @return false once the connection has ended
   */
  @SuppressWarnings("ByteBufferBackingArray") // see begin
  boolean pull() {
    if (thread != Thread.currentThread()) {
      throw new IllegalStateException("a message can be read in its own callback only");
    }
    paused = false; // the handler reads now
    if (at == end) {
      long now = System.nanoTime();
      if (pulledAt == 0) {
        connection.phase().resumed(now);
      } else {
        connection.phase().worked(now - pulledAt);
      }
    }
    while (!connection.gone()) {
      if (at < end) {
        at = connection.phase().received(bytes, at, end);
        pulledAt = System.nanoTime();
        return !connection.gone();
      }
      ByteBuffer in = buffer().clear();
      int n = read(in);
      if (n > 0) {
        bytes = in.array();
        at = 0;
        end = n;
      } else if (n == 0) {
        giveBackBuffer(); // thousands may wait
        await();
      }
    }
    return false;
  }

  /** Returns whether a handler waits for the peer to send more of a message. */
  boolean isAwaited() {
    return waiter != null;
  }

  /** Waits until there may be input, or the phase ends the connection because there is none. */
  private void await() {
    connection.outbound().pauseTurn();
    connection.awaitOutput();
    Connection.handOver();
    signalled = false;
    waiter = Thread.currentThread();
    connection.loop().execute(() -> connection.interest(SelectionKey.OP_READ, true));
    boolean interrupted = false;
    while (!signalled && !connection.gone() && connection.outbound().failure() == null) {
      interrupted |= Thread.interrupted(); // or the thread would not park
      long now = System.nanoTime();
      long deadline = connection.phase().deadline(now);
      LockSupport.parkNanos(this, Math.max(1_000_000, deadline - now));
      if (!signalled && System.nanoTime() - deadline >= 0) {
        connection.phase().due(System.nanoTime());
        connection.watchOutput();
      }
    }
    waiter = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (connection.outbound().failure() != null) {
      connection.end(); // or whoever pulls would come back at once, and for ever
    }
  }

  /** Tells a waiting thread that there may be input; on the loop. */
  void signal() {
    Thread waiting = waiter;
    if (waiting != null) {
      signalled = true;
      LockSupport.unpark(waiting);
    }
  }
}
