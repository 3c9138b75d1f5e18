package io.tautline.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Taking connections ends when it is said to have ended. */
class AcceptorTest {
  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void thePortIsFreeOnceItHasClosed(Sockets sockets) throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Loops loops = new Loops(sockets, 1, 1, "acceptor");
    for (int i = 0; i < 100; i++) {
      Acceptor acceptor =
          Acceptor.begin(loops.all().get(0), sockets.listen(any, 10), Socket::close);
      InetSocketAddress address = (InetSocketAddress) acceptor.address();
      acceptor.close().get(10, TimeUnit.SECONDS);
      assertThatCode(() -> new ServerSocket(address.getPort(), 1, address.getAddress()).close())
          .doesNotThrowAnyException();
    }
    loops.close();
  }

  /** Has no descriptor left, for ever. */
  private static final class Exhausted extends Keyed implements ListeningSocket {
    private final ServerSocketChannel channel;
    private final AtomicInteger tries = new AtomicInteger();

    Exhausted(ServerSocketChannel channel) throws IOException {
      this.channel = channel;
      channel.configureBlocking(false);
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Override
    SelectableChannel channel() {
      return channel;
    }

    @Override
    public Socket accept() throws IOException {
      tries.incrementAndGet();
      throw new IOException("Too many open files");
    }

    @Override
    public SocketAddress address() throws IOException {
      return channel.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  @Test
  void runningOutOfDescriptorsIsLoggedOnceAndTriedAgain() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(line.getLevel() + " " + new SimpleFormatter().formatMessage(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("io.tautline.transport");
    logger.addHandler(handler);
    try (Loops loops = new Loops(new ChannelSockets(), 1, 1, "exhausted");
        ServerSocketChannel channel = ServerSocketChannel.open()) {
      Exhausted listener = new Exhausted(channel);
      SocketChannel waiting = SocketChannel.open(listener.address());
      Acceptor.begin(loops.all().get(0), listener, Socket::close);
      await().until(() -> listener.tries.get() >= 4);
      waiting.close();
      assertThat(lines)
          .singleElement()
          .asString()
          .startsWith("WARNING cannot accept connections, trying again every 100 ms: Too many open")
          .contains("ulimit -n", "maxConnections");
    } finally {
      logger.removeHandler(handler);
    }
  }
}
