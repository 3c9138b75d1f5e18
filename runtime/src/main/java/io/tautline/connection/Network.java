package io.tautline.connection;

import io.tautline.deflate.DeflatePool;
import io.tautline.epoll.Epoll;
import io.tautline.handshake.ClientHandshake;
import io.tautline.handshake.Headers;
import io.tautline.handshake.Outcome;
import io.tautline.protocol.Role;
import io.tautline.transport.Acceptor;
import io.tautline.transport.BlockingPermits;
import io.tautline.transport.EventLoop;
import io.tautline.transport.ListeningSocket;
import io.tautline.transport.Loops;
import io.tautline.transport.Served;
import io.tautline.transport.Socket;
import io.tautline.transport.Sockets;
import io.tautline.transport.Wire;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The loops and every connection on them: listens as a server, connects as a client. */
public final class Network implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.tautline.connection");
  private static final int BACKLOG = 4096;

  private final Sockets sockets;
  private final Loops loops;
  private final Limits limits;
  private final DeflatePool deflatePool = new DeflatePool(64);
  private final AtomicInteger connections = new AtomicInteger();
  private final Shared shared;
  private volatile boolean draining; // set under the lock, see give

  /**
   * Starts the loops.
   *
   * @param loops how many
   * @param limits hold on every connection
   * @param name prefix of the threads' names
   */
  public Network(int loops, Limits limits, String name) throws IOException {
    this(Epoll.orChannels(Epoll.isAskedFor()), loops, limits, name);
  }

  /**
   * Starts the loops.
   *
   * @param sockets how the system's sockets are reached
   * @param loops how many
   * @param limits hold on every connection
   * @param name prefix of the threads' names
   */
  public Network(Sockets sockets, int loops, Limits limits, String name) throws IOException {
    this.sockets = sockets;
    this.loops = new Loops(sockets, loops, limits.maxBlockedHandlers(), name);
    this.limits = limits;
    this.shared =
        new Shared(
            limits,
            new SharedMemory(limits.maxUnfinishedBytes()),
            new SlowHandshakes(limits.maxSlowHandshakes()),
            this.loops.permits().share(limits.maxBlockedHandlers()),
            this::released);
  }

  /**
   * Listens for clients.
   *
   * @param wires such as {@code Wire::plain}
   * @throws IOException if the address cannot be bound
   */
  public Acceptor listen(SocketAddress address, Wire.Factory wires, RequestHandler handler)
      throws IOException {
    ListeningSocket listener = sockets.listen(address, BACKLOG);
    return Acceptor.begin(loops.next(), listener, socket -> accepted(socket, wires, handler));
  }

  private void accepted(Socket socket, Wire.Factory wires, RequestHandler handler) {
    Wire wire = wires.wrap(socket);
    if (draining) {
      turnAway(wire, "the server is stopping");
      return;
    }
    if (connections.incrementAndGet() > limits.maxConnections()) {
      released();
      turnAway(wire, "too many connections (maxConnections)");
      return;
    }
    try {
      Connection connection = new Connection(loops.next(), wire, Role.SERVER, shared);
      connection.loop().execute(() -> begin(connection, handler));
    } catch (RuntimeException | Error e) {
      released();
      throw e;
    }
  }

  private void begin(Connection connection, RequestHandler handler) {
    if (draining) {
      connection.discard();
      return;
    }
    try {
      long now = connection.loop().now();
      connection.begin(new ServerOpening(connection, handler, now), SelectionKey.OP_READ);
    } catch (RuntimeException | Error e) {
      connection.discard();
      throw e;
    }
  }

  private void turnAway(Wire wire, String why) {
    LOG.log(Level.DEBUG, "refused a connection with 503: {0}", why);
    try {
      wire.write(ByteBuffer.wrap(Outcome.Rejected.text(503, why, "Retry-After", "5").bytes()));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "refusing a connection failed", e);
    }
    wire.close();
  }

  /**
   * Connects to a server.
   *
   * @param wires such as {@code Wire::plain}
   * @param listener learns how the handshake ended
   */
  public void connect(
      SocketAddress address,
      Wire.Factory wires,
      ClientHandshake handshake,
      Headers extra,
      ClientListener listener) {
    EventLoop loop = loops.next();
    Wire wire;
    try {
      wire = wires.wrap(sockets.connect(address));
    } catch (IOException e) {
      listener.failed(e, null);
      return;
    }
    connections.incrementAndGet();
    Connection connection = new Connection(loop, wire, Role.CLIENT, shared);
    boolean given =
        give(
            loop,
            () ->
                connection.begin(
                    new ClientOpening(connection, handshake, extra, listener, loop.now()),
                    SelectionKey.OP_CONNECT));
    if (!given) {
      connection.discard();
      listener.failed(new IOException("this container is closing, or has been closed"), null);
    }
  }

  /** Has a loop run a task, unless it may end before it has done so. */
  private synchronized boolean give(EventLoop loop, Runnable task) {
    if (!draining) {
      loop.execute(task);
    }
    return !draining;
  }

  private synchronized void takeNoMore() {
    draining = true;
  }

  private void released() {
    connections.decrementAndGet();
  }

  /** Returns the bounds that hold on every connection. */
  public Limits limits() {
    return limits;
  }

  /** Returns what bounds how many handlers may block at once. */
  public BlockingPermits permits() {
    return loops.permits();
  }

  /** Returns the permits of connections whose endpoint has no share of its own. */
  public BlockingPermits.Share sharedPermits() {
    return shared.permits();
  }

  /** Returns where messages under way get their compressors. */
  public DeflatePool deflatePool() {
    return deflatePool;
  }

  /** Returns how many connections there are. */
  public int connections() {
    return connections.get();
  }

  /**
   * Says 1001 on every connection and waits until all have ended; new ones are refused with 503.
   *
   * @return whether all ended in time
   */
  public boolean drain(Duration timeout) throws InterruptedException {
    takeNoMore();
    onEach(connection -> connection.stop("the server is stopping"));
    long end = System.nanoTime() + timeout.toNanos();
    while (connections.get() > 0 && System.nanoTime() < end) {
      Thread.sleep(5);
    }
    return connections.get() == 0;
  }

  /** Ends every connection at once and lets the threads end. */
  @Override
  public void close() {
    takeNoMore();
    onEach(connection -> connection.abort("closed"));
    loops.close();
    deflatePool.close();
  }

  private void onEach(Consumer<Connection> action) {
    for (EventLoop loop : loops.all()) {
      loop.execute(
          () -> {
            for (Served served : loop.registered()) {
              if (served instanceof Connection connection) {
                action.accept(connection);
              }
            }
          });
    }
  }
}
