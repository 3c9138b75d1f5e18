package io.tautline.transport;

import java.io.IOException;
import java.net.SocketAddress;

/**
 * One way to reach the system's sockets: how they are opened, and how a loop waits for them. A
 * socket is registered with a poller of the same way.
 */
public interface Sockets {
  /** Returns what waits for the sockets of one loop. */
  Poller poller() throws IOException;

  /**
   * Listens on {@code address}, of any family.
   *
   * @param backlog how many connections the system may have ready
   * @throws IOException if the address cannot be bound
   */
  ListeningSocket listen(SocketAddress address, int backlog) throws IOException;

  /**
   * Begins to connect to {@code address}, of any family; small writes are not delayed.
   *
   * @return to be registered for {@code OP_CONNECT}, see {@link Socket#finishConnect}
   */
  Socket connect(SocketAddress address) throws IOException;
}
