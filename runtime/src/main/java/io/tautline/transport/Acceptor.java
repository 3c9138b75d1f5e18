package io.tautline.transport;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes connections from a listening socket.
 *
 * <p>When the process has no descriptor left it pauses for 100 ms instead of spinning.
 */
public final class Acceptor extends Served {
  private static final System.Logger LOG = System.getLogger("io.tautline.transport");
  private static final int BURST = 256;
  private static final long PAUSE_NANOS = 100_000_000;

  private final ServerSocketChannel listener;
  private final Consumer<SocketChannel> accepted;
  private @Nullable SelectionKey key;
  private boolean pausing;

  private Acceptor(EventLoop loop, ServerSocketChannel listener, Consumer<SocketChannel> accepted) {
    super(loop);
    this.listener = listener;
    this.accepted = accepted;
  }

  /**
   * Listens on {@code address}, of any family.
   *
   * @param accepted gets each new socket, non-blocking, on {@code loop}
   * @throws IOException if the address cannot be bound
   */
  public static Acceptor open(
      EventLoop loop, SocketAddress address, int backlog, Consumer<SocketChannel> accepted)
      throws IOException {
    boolean unix = address instanceof UnixDomainSocketAddress;
    ServerSocketChannel listener =
        unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
    try {
      if (!unix) {
        listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      }
      listener.configureBlocking(false);
      listener.bind(address, backlog);
      Acceptor acceptor = new Acceptor(loop, listener, accepted);
      loop.execute(acceptor::register);
      return acceptor;
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  private void register() {
    try {
      key = loop().register(listener, SelectionKey.OP_ACCEPT, this);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "listening socket closed before it was registered", e);
    }
  }

  /** Returns the address bound, with the port that the system chose. */
  public SocketAddress address() throws IOException {
    return listener.getLocalAddress();
  }

  @Override
  protected void serve(Carrier carrier) {
    SelectionKey registered = key;
    if (registered == null || !registered.isValid()) {
      return;
    }
    if (pausing) {
      pausing = false;
      interest(SelectionKey.OP_ACCEPT);
    }
    try {
      for (int i = 0; i < BURST; i++) {
        SocketChannel socket = listener.accept();
        if (socket == null) {
          return;
        }
        take(socket);
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "cannot accept connections, pausing: {0}", e.getMessage());
      interest(0);
      pausing = true;
    }
  }

  private void take(SocketChannel socket) throws IOException {
    try {
      socket.configureBlocking(false);
      accepted.accept(socket);
    } catch (IOException | RuntimeException | Error e) {
      socket.close();
      throw e;
    }
  }

  @Override
  protected void left(boolean late) {
    interest(0);
  }

  @Override
  protected void back() {
    interest(pausing ? 0 : SelectionKey.OP_ACCEPT);
  }

  private void interest(int ops) {
    SelectionKey registered = key;
    if (registered != null && registered.isValid()) {
      registered.interestOps(ops);
    }
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
              try {
                listener.close();
              } catch (IOException e) {
                LOG.log(Level.DEBUG, "closing a listening socket failed", e);
              }
              // A selector lets go of a closed channel when it selects next.
              loop().execute(() -> loop().execute(() -> closed.complete(null)));
            });
    return closed;
  }
}
