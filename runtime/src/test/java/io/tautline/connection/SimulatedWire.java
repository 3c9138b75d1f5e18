package io.tautline.connection;

import io.tautline.transport.Socket;
import io.tautline.transport.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One direction of a network in memory: the socket's buffer of the sender, then bytes under way,
 * which arrive in pieces, late, or never.
 */
final class SimulatedWire implements Wire {
  private static final int BUFFER_BYTES = 2048;

  private final SplittableRandom random;
  private byte[] buffered = {};
  private boolean cut;
  private boolean poor;
  private boolean ended;

  SimulatedWire(SplittableRandom random) {
    this.random = random;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (poor) {
      poor = false;
      throw new OutOfMemoryError("a fault of the test's");
    }
    if (cut || ended) {
      throw new IOException("broken pipe");
    }
    int room = Math.min(from.remaining(), BUFFER_BYTES - buffered.length);
    int count = random.nextInt(4) == 0 ? random.nextInt(room + 1) : room;
    byte[] taken = new byte[count];
    from.get(taken);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(buffered);
    all.writeBytes(taken);
    buffered = all.toByteArray();
    return count;
  }

  /** Lets at most so many bytes arrive. */
  byte[] arrive(int most) {
    int count = Math.min(most, buffered.length);
    byte[] arrived = Arrays.copyOf(buffered, count);
    buffered = Arrays.copyOfRange(buffered, count, buffered.length);
    return arrived;
  }

  /** Has the next write fail for want of memory, or not. */
  void exhaustMemory(boolean on) {
    poor = on;
  }

  /** Loses what is under way, and whatever is written from now on. */
  void cut() {
    cut = true;
    buffered = new byte[0];
  }

  boolean isEmpty() {
    return buffered.length == 0;
  }

  /** Returns whether the peer would read the end of the stream now. */
  boolean atEnd() {
    return ended && isEmpty();
  }

  @Override
  public void shutdownOutput() {
    ended = true;
  }

  @Override
  public int read(ByteBuffer into) {
    throw new UnsupportedOperationException("bytes arrive by themselves");
  }

  @Override
  public void close() {
    cut();
  }

  @Override
  public Socket socket() {
    throw new UnsupportedOperationException("there is none");
  }
}
