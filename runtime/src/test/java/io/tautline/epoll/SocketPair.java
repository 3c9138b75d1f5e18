package io.tautline.epoll;

import static org.awaitility.Awaitility.await;

import io.tautline.transport.ChannelSockets;
import io.tautline.transport.ListeningSocket;
import io.tautline.transport.Socket;
import io.tautline.transport.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;

/** Two ends of one connection. */
record SocketPair(Socket near, Socket far) implements AutoCloseable {
  static Stream<Sockets> ways() {
    return epollIsPossible()
        ? Stream.of(new ChannelSockets(), Epoll.orChannels(true))
        : Stream.of(new ChannelSockets());
  }

  static boolean epollIsPossible() {
    return Runtime.version().feature() >= 22
        && System.getProperty("os.name").equals("Linux")
        && List.of("amd64", "aarch64").contains(System.getProperty("os.arch"));
  }

  static ConditionFactory soon() {
    return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
  }

  static SocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  static SocketPair of(Sockets sockets, SocketAddress at) throws IOException {
    ListeningSocket listener = sockets.listen(at, 16);
    try {
      Socket near = sockets.connect(listener.address());
      Socket far = accepted(listener);
      soon().until(near::finishConnect);
      return new SocketPair(near, far);
    } finally {
      listener.close();
    }
  }

  /** Waits for the next connection. */
  static Socket accepted(ListeningSocket listener) {
    return soon().until(listener::accept, Objects::nonNull);
  }

  @Override
  public void close() {
    near.close();
    far.close();
  }
}
