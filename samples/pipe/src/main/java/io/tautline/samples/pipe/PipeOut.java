package io.tautline.samples.pipe;

import io.tautline.connection.Connection;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the program: packets in order, through one thread, never more than a bound at once.
 *
 * <p>While a program reads, whoever has a message for a full pipe waits, and so do clients, by TCP.
 * While none does, or it has been stuck for long, the oldest packets make room, whole, so that a
 * program that comes later begins with a packet.
 */
final class PipeOut implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.tautline.samples.pipe");

  /** Each holds a thread, of which there are not many. */
  private static final int MAX_WAITING = 32;

  /** The pipe, or null for the standard output. */
  private final @Nullable Path path;

  private final int maxBytes;
  private final long stuckNanos;
  private final Runnable broken;
  private final ArrayDeque<byte[]> packets = new ArrayDeque<>();
  private long bytes;
  private boolean attached;

  /** Whether it has been said that the pipe cannot be opened. */
  private boolean refused;

  /** Whether the oldest packet is being written, so that it must stay. */
  private boolean writing;

  /** When the program last took something, or opened the pipe, or nothing waited for it. */
  private long progressAt;

  /** How many threads wait for room. */
  private int waiting;

  private boolean stopping;
  private boolean closed;
  private long dropped;

  /**
   * @param path the pipe, or null for the standard output
   * @param maxBytes most bytes that wait, beside one packet of any size
   * @param stuck after that time without taking anything, a program counts as reading no more
   * @param broken run if the standard output can be written no more
   */
  PipeOut(@Nullable Path path, int maxBytes, Duration stuck, Runnable broken) {
    this.path = path;
    this.maxBytes = maxBytes;
    this.stuckNanos = stuck.toNanos();
    this.broken = broken;
  }

  void start() {
    Thread thread = new Thread(this::run, "pipe-out");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Takes what must not be missed: that a client has come or gone. It does not wait, so nobody
   * should come while {@link #isBehind}.
   */
  void event(byte @Nullable [] packet) {
    if (packet != null) {
      synchronized (this) {
        add(packet);
      }
    }
  }

  /** Returns whether a program reads so slowly that as much waits beyond the bound as within. */
  synchronized boolean isBehind() {
    return isRead() && packets.size() > 1 && bytes > 2L * maxBytes;
  }

  /**
   * Takes a message; waits while a program reads more slowly than messages come.
   *
   * @return false if so many wait already that this one may not, or the gateway stops
   */
  boolean put(byte[] packet) {
    if (full(packet)) {
      Connection.handOver();
    }
    synchronized (this) {
      if (isRead() && full(packet) && waiting >= MAX_WAITING) {
        return false;
      }
      waiting++;
      try {
        while (isRead() && full(packet)) {
          wait(1000);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        waiting--;
      }
      if (stopping && full(packet)) {
        return false;
      }
      add(packet);
      return true;
    }
  }

  /** Adds a packet; the oldest make room while nobody reads. */
  private void add(byte[] packet) {
    while (!isRead() && !stopping && full(packet) && packets.size() > (writing ? 1 : 0)) {
      dropOldest();
      if (dropped++ == 0) {
        LOG.log(
            Level.WARNING,
            "nobody reads {0}: only the newest {1} bytes are kept",
            path,
            Integer.toString(maxBytes));
      }
    }
    packets.add(packet);
    bytes += packet.length;
    notifyAll();
  }

  /** Drops the packet that has waited longest, but for the one that is being written. */
  private void dropOldest() {
    byte[] oldest = packets.remove();
    if (writing) {
      byte[] second = packets.remove();
      packets.addFirst(oldest);
      oldest = second;
    }
    bytes -= oldest.length;
  }

  /** Returns whether a program reads: it has opened the pipe, and not been stuck for long. */
  private boolean isRead() {
    return attached && !stopping && System.nanoTime() - progressAt < stuckNanos;
  }

  private synchronized boolean full(byte[] packet) {
    return !packets.isEmpty() && packet.length > maxBytes - bytes;
  }

  private void run() {
    while (!isClosed()) {
      try (FileChannel channel = open()) {
        attach(true);
        write(channel);
      } catch (InterruptedException e) {
        return;
      } catch (IOException e) {
        boolean opened = attach(false);
        if (path == null) {
          broken.run();
          return;
        }
        if (opened) {
          LOG.log(Level.DEBUG, "the reader has gone", e);
        } else if (Files.exists(path)) {
          refused(path, e);
        }
        awaitPipe(path);
      }
    }
  }

  private void write(FileChannel channel) throws IOException, InterruptedException {
    while (true) {
      ByteBuffer packet = ByteBuffer.wrap(next());
      while (packet.hasRemaining()) {
        channel.write(packet);
        progress();
      }
      written();
    }
  }

  /** Says once that the pipe cannot be opened, and waits a moment. */
  private void refused(Path pipe, IOException why) {
    if (!refused) {
      LOG.log(Level.WARNING, "{0} cannot be written: {1}; trying again", pipe, why.toString());
    }
    refused = true;
    LockSupport.parkNanos(1_000_000_000L);
  }

  /** Waits while someone has removed the pipe. */
  private void awaitPipe(Path pipe) {
    boolean told = false;
    while (!Files.exists(pipe) && !isClosed()) {
      if (!told) {
        LOG.log(Level.WARNING, "{0} has been removed; waiting for it to be made again", pipe);
      }
      told = true;
      LockSupport.parkNanos(1_000_000_000L);
    }
  }

  /** Opens the pipe; waits until someone reads it. */
  private FileChannel open() throws IOException {
    return path == null
        ? new FileOutputStream(FileDescriptor.out).getChannel()
        : FileChannel.open(path, StandardOpenOption.WRITE);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Notes whether a program has opened the pipe; returns whether one had before. */
  private synchronized boolean attach(boolean now) {
    boolean before = attached;
    attached = now;
    refused &= !now;
    writing = false;
    dropped = 0;
    progressAt = System.nanoTime();
    notifyAll();
    return before;
  }

  /** Waits for a packet, which stays until it has been written. */
  private synchronized byte[] next() throws InterruptedException {
    while (packets.isEmpty()) {
      wait();
    }
    writing = true;
    progressAt = System.nanoTime();
    return packets.element();
  }

  private synchronized void progress() {
    progressAt = System.nanoTime();
  }

  private synchronized void written() {
    writing = false;
    bytes -= packets.remove().length;
    notifyAll();
  }

  /** Lets nobody wait for the reader any more. */
  synchronized void wakeUp() {
    stopping = true;
    notifyAll();
  }

  /** Waits for a reader to take what is left, for two seconds at most. */
  @Override
  public synchronized void close() {
    long end = System.nanoTime() + 2_000_000_000L;
    try {
      while (attached && !packets.isEmpty() && System.nanoTime() < end) {
        wait(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closed = true;
    notifyAll();
  }
}
