package io.tautline.samples.pipe;

import io.tautline.connection.Limits;
import io.tautline.connection.Network;
import io.tautline.samples.pipe.Settings.Route;
import io.tautline.transport.Acceptor;
import io.tautline.transport.TlsWire;
import io.tautline.transport.TlsWire.ClientCertificate;
import io.tautline.transport.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The running gateway: a listening socket, and the pipes of every route. */
final class Gateway implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.tautline.samples.pipe");
  private static final Duration DRAIN = Duration.ofSeconds(10);

  /** After that time a program that takes nothing counts as one that does not read. */
  private static final Duration STUCK = Duration.ofSeconds(20);

  /** More than one read of a pipe can bring, in frames, and what may wait before it. */
  private static final int BATCH_BYTES = 512 * 1024;

  private final Network network;
  private final Acceptor acceptor;
  private final List<AutoCloseable> pipes = new ArrayList<>();
  private final List<PipeOut> outputs = new ArrayList<>();
  private final int port;
  private final List<Path> made = new ArrayList<>();
  private boolean stopped;
  private int status;

  /**
   * Starts.
   *
   * @throws IOException if a pipe, the log or the address cannot be had; says which and why
   */
  Gateway(Settings settings) throws IOException {
    network = new Network(Runtime.getRuntime().availableProcessors(), limits(settings), "pipe");
    try {
      List<PipeIn> inputs = new ArrayList<>();
      Map<Route, Hub> hubs = new LinkedHashMap<>();
      for (Route route : settings.routes()) {
        PipeOut out =
            new PipeOut(
                make(route.out(), "--pipeout"), settings.maxQueueBytes(), STUCK, () -> stop(1));
        pipes.add(out);
        outputs.add(out);
        Hub hub = new Hub(settings, out);
        hubs.put(route, hub);
        PacketReader reader =
            PacketReader.of(
                settings.format(), settings.binary(), settings.maxMessageBytes(), hub::refused);
        PipeIn in =
            new PipeIn(
                make(route.in(), "--pipein"),
                reader,
                hub::dispatch,
                wrong -> ended(settings, wrong));
        inputs.add(in);
        pipes.add(in);
        out.start();
      }
      AccessLog log = settings.accessLog() == null ? null : new AccessLog(settings.accessLog());
      if (log != null) {
        pipes.add(log);
      }
      removeIfStale(settings.address());
      acceptor =
          network.listen(
              settings.address(),
              settings.tls() == null
                  ? Wire::plain
                  : TlsWire.server(settings.tls(), ClientCertificate.NONE),
              new Door(settings, hubs, log, page()));
      if (settings.address() instanceof UnixDomainSocketAddress unix) {
        made.add(unix.getPath());
      }
      port = acceptor.address() instanceof InetSocketAddress inet ? inet.getPort() : -1;
      inputs.forEach(PipeIn::start);
    } catch (IOException | RuntimeException e) {
      network.close();
      removePipes();
      throw e;
    }
  }

  private static Limits limits(Settings settings) {
    // Who waits for clients waits until nearly nothing waits for one; then the next must fit.
    long waiting = (long) settings.maxMessageBytes() + BATCH_BYTES;
    int queue =
        settings.slowClients() == SlowClients.WAIT
            ? (int) Math.min(Integer.MAX_VALUE, Math.max(settings.maxQueueBytes(), waiting))
            : settings.maxQueueBytes();
    return Limits.builder()
        .maxFrameBytes(settings.maxFrameBytes())
        .maxTextBytes(settings.maxMessageBytes())
        .maxBinaryBytes(settings.maxMessageBytes())
        .maxQueuedBytes(queue)
        .maxQueuedMessages(64 * 1024)
        .build();
  }

  /** Makes a named pipe if there is none; null is for the standard streams. */
  private @Nullable Path make(@Nullable Path path, String option) throws IOException {
    if (path != null && Fifo.make(path, option)) {
      made.add(path);
    }
    return path;
  }

  /** Removes the socket that an earlier process left; one that someone listens on stays. */
  private static void removeIfStale(SocketAddress address) throws IOException {
    if (address instanceof UnixDomainSocketAddress unix && Files.exists(unix.getPath())) {
      if (!Fifo.isSocket(unix.getPath())) {
        throw new IOException(
            unix.getPath() + " is not a socket. Name another with --unix-socket.");
      }
      try (SocketChannel probe = SocketChannel.open(unix)) {
        LOG.log(Level.DEBUG, "someone listens on {0}: {1}", unix, probe);
      } catch (ConnectException e) {
        Files.delete(unix.getPath());
      }
    }
  }

  private static byte[] page() throws IOException {
    try (InputStream page = Gateway.class.getResourceAsStream("/page.html")) {
      if (page == null) {
        throw new IOException("page.html is missing from the jar");
      }
      return page.readAllBytes();
    }
  }

  int port() {
    return port;
  }

  private void ended(Settings settings, String wrong) {
    if (!wrong.isEmpty()) {
      LOG.log(Level.ERROR, wrong);
    }
    if (settings.untilEof()) {
      stop(wrong.isEmpty() ? 0 : 1);
    }
  }

  private void stop(int exit) {
    synchronized (this) {
      status = Math.max(status, exit);
    }
    new Thread(this::close, "pipe-stop").start();
  }

  /** Waits until the gateway has been closed; returns the exit status. */
  synchronized int join() throws InterruptedException {
    while (!stopped) {
      wait();
    }
    return status;
  }

  /** Stops listening, says 1001 to everyone, lets programs read the rest, removes the pipes. */
  @Override
  public void close() {
    synchronized (this) {
      if (stopped) {
        return;
      }
    }
    try {
      outputs.forEach(PipeOut::wakeUp);
      acceptor.close().join();
      network.drain(DRAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      network.close();
      removePipes();
      synchronized (this) {
        stopped = true;
        notifyAll();
      }
    }
  }

  private void removePipes() {
    for (AutoCloseable pipe : pipes) {
      try {
        pipe.close();
      } catch (Exception e) {
        LOG.log(Level.DEBUG, "closing a pipe failed", e);
      }
    }
    for (Path path : made) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        LOG.log(Level.WARNING, "cannot remove {0}: {1}", path, e.getMessage());
      }
    }
  }
}
