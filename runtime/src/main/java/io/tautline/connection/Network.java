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
import java.nio.channels.SelectionKey;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/** The loops and every connection on them: listens as a server, connects as a client. */
public final class Network implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.tautline.connection");
  private static final int BACKLOG = 4096;

  /** Most connections at once that are being answered with 503; further ones are cut off. */
  private static final int MAX_REJECTED = 256;

  /** How long such a connection may take to read its answer. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private final Sockets sockets;
  private final Loops loops;
  private final Limits limits;
  private final DeflatePool deflatePool = new DeflatePool(64);
  private final AtomicInteger connections = new AtomicInteger();
  private final Shared shared;

  /** What connections share that are answered with 503 and do not count as connections. */
  private final Shared rejectedShared;

  private final AtomicInteger rejected = new AtomicInteger();
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
            new PeerReports(limits),
            this.loops.permits().share(limits.maxBlockedHandlers()),
            this::released);
    Duration time = limits.handshakeTimeout();
    this.rejectedShared =
        new Shared(
            limits.toBuilder().handshakeTimeout(time.compareTo(SOON) < 0 ? time : SOON).build(),
            shared.memory(),
            shared.slowHandshakes(),
            shared.reports(),
            shared.permits(),
            rejected::decrementAndGet);
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
      reject(wire, "the server is stopping");
      return;
    }
    if (connections.incrementAndGet() > limits.maxConnections()) {
      released();
      reject(wire, "too many connections (maxConnections)");
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
    beginOpening(connection, handler);
  }

  private static ServerOpening beginOpening(Connection connection, RequestHandler handler) {
    try {
      ServerOpening opening = new ServerOpening(connection, handler, connection.loop().now());
      connection.begin(opening, SelectionKey.OP_READ);
      return opening;
    } catch (RuntimeException | Error e) {
      connection.discard();
      throw e;
    }
  }

  /**
   * Answers 503 and half-closes. What the client still sends is read and dropped: closing a socket
   * with unread input would reset it, and the answer might be lost.
   */
  private void reject(Wire wire, String why) {
    LOG.log(Level.DEBUG, "refused a connection with 503: {0}", why);
    if (rejected.incrementAndGet() > MAX_REJECTED) {
      rejected.decrementAndGet();
      shared.reports().rejected(503, why);
      wire.close();
      return;
    }
    try {
      Connection connection = new Connection(loops.next(), wire, Role.SERVER, rejectedShared);
      connection
          .loop()
          .execute(
              () ->
                  beginOpening(connection, (head, opening) -> {})
                      .reject(Outcome.Rejected.text(503, why, "Retry-After", "5")));
    } catch (RuntimeException | Error e) {
      rejected.decrementAndGet();
      wire.close();
      throw e;
    }
  }

  /**
   * Connects to a server.
   *
   * @param addresses of the server; the first that can be connected to is used (RFC 8305)
   * @param wires such as {@code Wire::plain}
   * @param timeout until the handshake is over
   * @param listener learns how the handshake ended
   */
  public void connect(
      List<? extends SocketAddress> addresses,
      Wire.Factory wires,
      ClientHandshake handshake,
      Headers extra,
      Duration timeout,
      ClientListener listener) {
    long endsAt = System.nanoTime() + timeout.toNanos();
    Dial[] dial = new Dial[1]; // known to its attempts, which it begins
    dial[0] =
        new Dial(
            addresses,
            address ->
                attempt(
                    address,
                    wires,
                    dial[0],
                    connection ->
                        new ClientOpening(
                            connection, handshake, extra, listener, dial[0], timeout, endsAt)),
            listener);
    dial[0].next();
  }

  private void attempt(
      SocketAddress address,
      Wire.Factory wires,
      Dial dial,
      Function<Connection, ClientOpening> opening) {
    EventLoop loop = loops.next();
    Wire wire;
    try {
      wire = wires.wrap(sockets.connect(address));
    } catch (IOException | UnresolvedAddressException e) {
      dial.failed(e);
      return;
    }
    connections.incrementAndGet();
    Connection connection = new Connection(loop, wire, Role.CLIENT, shared);
    dial.waits(connection);
    boolean given =
        give(loop, () -> connection.begin(opening.apply(connection), SelectionKey.OP_CONNECT));
    if (!given) {
      connection.discard();
      dial.failed(new IOException("this container is closing, or has been closed"));
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

  /** Returns the counts of what peers did wrong. */
  public PeerReports reports() {
    return shared.reports();
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
    boolean drained = awaitNone(timeout);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return drained;
  }

  /**
   * Ends every connection at once and lets the threads end, after their listeners have been told:
   * at most {@link Limits#closeTimeout} later.
   */
  @Override
  public void close() {
    takeNoMore();
    loops.permits().lift(); // whatever waits for a permit has to learn of the end
    onEach(connection -> connection.abort("closed"));
    Connection.handOver();
    awaitNone(limits.closeTimeout());
    loops.close();
    deflatePool.close();
  }

  private boolean awaitNone(Duration most) {
    long begun = System.nanoTime();
    while (connections.get() > 0 && System.nanoTime() - begun < most.toNanos()) {
      LockSupport.parkNanos(2_000_000);
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
    }
    return connections.get() == 0;
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
