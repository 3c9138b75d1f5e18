package io.tautline.samples.pipe;

import io.tautline.connection.Connection;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the program: packets in order, through one thread, never more than a bound at once.
 *
 * <p>While a program reads, whoever has a packet for a full pipe waits, and so do clients, by TCP.
 * While none does, the oldest packets make room, whole, so that a program that comes later begins
 * with a packet.
 */
final class PipeOut implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.tautline.samples.pipe");

  /** The pipe, or null for the standard output. */
  private final @Nullable Path path;

  private final int maxBytes;
  private final Runnable broken;
  private final ArrayDeque<byte[]> packets = new ArrayDeque<>();
  private int bytes;
  private boolean attached;
  private boolean closed;
  private long dropped;

  /**
   * @param path the pipe, or null for the standard output
   * @param maxBytes most bytes that wait, beside one packet of any size
   * @param broken run if the standard output can be written no more
   */
  PipeOut(@Nullable Path path, int maxBytes, Runnable broken) {
    this.path = path;
    this.maxBytes = maxBytes;
    this.broken = broken;
  }

  void start() {
    Thread thread = new Thread(this::run, "pipe-out");
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes a packet; waits while a program reads more slowly than packets come. */
  void put(byte @Nullable [] packet) {
    if (packet == null) {
      return;
    }
    if (full(packet)) {
      Connection.handOver();
    }
    synchronized (this) {
      while (attached && full(packet) && !closed) {
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
      while (full(packet)) {
        bytes -= packets.remove().length;
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
  }

  private synchronized boolean full(byte[] packet) {
    return !packets.isEmpty() && packet.length > maxBytes - bytes;
  }

  private void run() {
    while (!isClosed()) {
      try (FileChannel channel = open()) {
        attach(true);
        while (true) {
          ByteBuffer packet = ByteBuffer.wrap(next());
          while (packet.hasRemaining()) {
            channel.write(packet);
          }
          written();
        }
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "the reader has gone", e);
        attach(false);
        if (path == null) {
          broken.run();
          return;
        }
      } catch (InterruptedException e) {
        return;
      }
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

  private synchronized void attach(boolean now) {
    attached = now;
    dropped = 0;
    notifyAll();
  }

  /** Waits for a packet, which stays until it has been written. */
  private synchronized byte[] next() throws InterruptedException {
    while (packets.isEmpty()) {
      wait();
    }
    return packets.element();
  }

  private synchronized void written() {
    bytes -= packets.remove().length;
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
