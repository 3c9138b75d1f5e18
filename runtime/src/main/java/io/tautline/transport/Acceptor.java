package io.tautline.transport;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Takes connections from a listening socket.
 *
 * <p>When the process has no descriptor left it pauses for 100 ms instead of spinning.
 */
public final class Acceptor extends Served {
  private static final System.Logger LOG = System.getLogger("io.tautline.transport");
  private static final int BURST = 256;
  private static final long PAUSE_NANOS = 100_000_000;

  private final ListeningSocket listener;
  private final Consumer<Socket> accepted;
  private boolean registered;
  private boolean pausing;
  private final LogLimit failures = new LogLimit();

  private Acceptor(EventLoop loop, ListeningSocket listener, Consumer<Socket> accepted) {
    super(loop);
    this.listener = listener;
    this.accepted = accepted;
  }

  /**
   * Takes connections on {@code loop}.
   *
   * @param accepted gets each new socket, on {@code loop}
   */
  public static Acceptor begin(
      EventLoop loop, ListeningSocket listener, Consumer<Socket> accepted) {
    Acceptor acceptor = new Acceptor(loop, listener, accepted);
    loop.execute(acceptor::register);
    return acceptor;
  }

  private void register() {
    try {
      loop().register(listener, SelectionKey.OP_ACCEPT, this);
      registered = true;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "listening socket closed before it was registered", e);
    }
  }

  /** Returns the address bound, with the port that the system chose. */
  public SocketAddress address() throws IOException {
    return listener.address();
  }

  @Override
  protected void serve(Carrier carrier) {
    if (!registered) {
      return;
    }
    if (pausing) {
      pausing = false;
      listener.interest(SelectionKey.OP_ACCEPT, true);
    }
    try {
      for (int i = 0; i < BURST; i++) {
        Socket socket = listener.accept();
        if (socket == null) {
          return;
        }
        take(socket);
      }
    } catch (IOException e) {
      long count = failures.admit();
      if (count > 0) {
        LOG.log(
            Level.WARNING,
            "cannot accept connections, trying again every 100 ms{0}: {1}. If too many files are"
                + " open, raise the limit of the process (ulimit -n) or lower maxConnections.",
            LogLimit.times(count),
            e.getMessage());
      }
      listener.interest(SelectionKey.OP_ACCEPT, false);
      pausing = true;
    }
  }

  private void take(Socket socket) {
    try {
      accepted.accept(socket);
    } catch (RuntimeException | Error e) {
      socket.close();
      throw e;
    }
  }

  @Override
  protected void left(boolean late) {
    listener.interest(SelectionKey.OP_ACCEPT, false);
  }

  @Override
  protected void back() {
    listener.interest(SelectionKey.OP_ACCEPT, !pausing);
  }

  @Override
  protected void settle() {
    if (pausing) {
      loop().timer(this, loop().now() + PAUSE_NANOS);
    }
  }

  /**
   * Stops listening.
   *
   * @return completed when the port is free
   */
  public CompletableFuture<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    loop()
        .execute(
            () -> {
              loop().cancelTimer(this);
              registered = false;
              try {
                listener.close();
              } catch (IOException e) {
                LOG.log(Level.DEBUG, "closing a listening socket failed", e);
              }
              // A selector lets go of a closed channel when it selects next.
              loop().execute(() -> closed.complete(null));
            });
    return closed;
  }
}
