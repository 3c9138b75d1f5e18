package io.tautline.transport;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A thread that drives a loop, with the buffers for whatever it serves.
 *
 * <p>Buffers belong to the carrier, so an idle connection has none. They are valid during a turn,
 * also after it has been stolen: the carrier stays with its turn.
 */
public final class Carrier extends Thread {
  /** Bytes of one read, and of the answers gathered for one write. */
  public static final int BUFFER_BYTES = 256 * 1024;

  /** Bytes of the longest frame that {@link #longOut} holds. */
  private static final int LONG_BYTES = 1024 * 1024 + 64;

  private final CarrierPool pool;
  private final byte[] out = new byte[BUFFER_BYTES];
  private final ByteBuffer inBuffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final ByteBuffer outBuffer = ByteBuffer.wrap(out);

  /** Made when it is first needed. */
  private byte @Nullable [] longOut;

  /** The loop to drive next; guarded by the pool's lock. */
  @Nullable EventLoop next;

  private @Nullable EventLoop driving;

  /** The loop's state within the turn that this carrier serves, to tell it from any other turn. */
  long turn;

  Carrier(CarrierPool pool, String name) {
    super(null, null, name, 0, false);
    this.pool = pool;
    setDaemon(true);
  }

  /** Returns the carrier whose thread this is, or null on any other thread. */
  public static @Nullable Carrier current() {
    return Thread.currentThread() instanceof Carrier carrier ? carrier : null;
  }

  /**
   * Lets the loop go on without this thread, because what follows may block. The turn goes on here
   * and ends as a stolen one. Does nothing if that happened before.
   */
  public void handOver() {
    EventLoop loop = driving;
    if (loop != null) {
      loop.steal(turn, false);
    }
  }

  /**
   * Returns whether this carrier drives its loop: the turn under way has not been stolen. From this
   * carrier's own thread.
   */
  public boolean drives() {
    EventLoop loop = driving;
    return loop != null && loop.state() == turn;
  }

  /** Returns the array that answers are gathered in. */
  public byte[] out() {
    return out;
  }

  /** Returns the buffer that input is read into, cleared. */
  public ByteBuffer inBuffer() {
    return inBuffer.clear();
  }

  /** Returns an array for one frame longer than {@link #out}; null if it is too long for it. */
  public byte @Nullable [] longOut(long size) {
    if (size > LONG_BYTES) {
      return null;
    }
    byte[] array = longOut;
    if (array == null) {
      array = new byte[LONG_BYTES];
      longOut = array;
    }
    return array;
  }

  /** Returns {@link #out} as a buffer up to {@code end}. */
  public ByteBuffer outBuffer(int end) {
    return outBuffer.clear().limit(end);
  }

  @Override
  public void run() {
    for (EventLoop loop = pool.await(this); loop != null; loop = pool.await(this)) {
      driving = loop;
      loop.drive(this);
      driving = null;
    }
  }
}
