package io.tautline.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tautline.transport.Carrier;
import io.tautline.transport.ChannelSockets;
import io.tautline.transport.EventLoop;
import io.tautline.transport.ListeningSocket;
import io.tautline.transport.Loops;
import io.tautline.transport.Served;
import io.tautline.transport.Socket;
import io.tautline.transport.Sockets;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ways to the system's sockets are the same to those who use them. */
class SocketsTest {
  @TempDir private Path folder;

  static Stream<Sockets> ways() {
    return possible()
        ? Stream.of(new ChannelSockets(), Epoll.orChannels())
        : Stream.of(new ChannelSockets());
  }

  private static boolean possible() {
    return Runtime.version().feature() >= 22
        && System.getProperty("os.name").equals("Linux")
        && List.of("amd64", "aarch64").contains(System.getProperty("os.arch"));
  }

  @Test
  void channelsServeWhereEpollCannot() {
    assertThat(Epoll.orChannels()).isInstanceOf(possible() ? Epoll.class : ChannelSockets.class);
  }

  private static ConditionFactory soon() {
    return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
  }

  private static SocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Two ends of one connection. */
  private record Pair(Socket near, Socket far) implements AutoCloseable {
    static Pair of(Sockets sockets, SocketAddress at) throws IOException {
      ListeningSocket listener = sockets.listen(at, 16);
      try {
        Socket near = sockets.connect(listener.address());
        List<Socket> accepted = new ArrayList<>();
        soon()
            .until(
                () -> {
                  Socket far = listener.accept();
                  if (far != null) {
                    accepted.add(far);
                  }
                  return !accepted.isEmpty() && near.finishConnect();
                });
        return new Pair(near, accepted.get(0));
      } finally {
        listener.close();
      }
    }

    @Override
    public void close() {
      near.close();
      far.close();
    }
  }

  private static void send(Socket to, ByteBuffer bytes) {
    soon()
        .until(
            () -> {
              to.write(bytes);
              return !bytes.hasRemaining();
            });
  }

  private static String receive(Socket from, ByteBuffer into, int length) {
    int start = into.position();
    soon()
        .until(
            () -> {
              from.read(into);
              return into.position() == start + length;
            });
    return StandardCharsets.UTF_8.decode(into.duplicate().flip().position(start)).toString();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void bytesPassInBuffersOfEveryKind(Sockets sockets) throws Exception {
    ByteBuffer text = StandardCharsets.UTF_8.encode("over, and over again");
    ByteBuffer direct = ByteBuffer.allocateDirect(text.remaining());
    direct.put(text.duplicate()).flip();
    byte[] padded = new byte[text.remaining() + 5];
    text.duplicate().get(padded, 5, text.remaining());
    ByteBuffer offset = ByteBuffer.wrap(padded).position(5).slice();
    try (Pair pair = Pair.of(sockets, loopback())) {
      for (ByteBuffer from : List.of(text, direct, offset)) {
        for (ByteBuffer into :
            List.of(
                ByteBuffer.allocate(64),
                ByteBuffer.allocateDirect(64),
                ByteBuffer.allocate(64).position(3),
                ByteBuffer.allocate(80).position(7).slice())) {
          send(pair.near, from.duplicate());
          assertThat(receive(pair.far, into, text.remaining())).isEqualTo("over, and over again");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void tooEarlyIsNothingAndTheEndIsTold(Sockets sockets) throws Exception {
    try (Pair pair = Pair.of(sockets, loopback())) {
      ByteBuffer heap = ByteBuffer.allocate(8);
      ByteBuffer direct = ByteBuffer.allocateDirect(8);
      assertThat(pair.far.read(heap)).isZero();
      assertThat(pair.far.read(direct)).isZero();
      assertThat(pair.far.read(ByteBuffer.allocate(0))).isZero();
      pair.near.shutdownOutput();
      soon().until(() -> pair.far.read(heap) == -1);
      assertThat(pair.far.read(direct)).isEqualTo(-1);
      assertThat(heap.position() + direct.position()).isZero();
      send(pair.far, StandardCharsets.UTF_8.encode("still"));
      assertThat(receive(pair.near, heap, 5)).isEqualTo("still");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatDoesNotFitRemains(Sockets sockets) throws Exception {
    try (Pair pair = Pair.of(sockets, loopback())) {
      for (ByteBuffer piece : List.of(ByteBuffer.allocate(1 << 20), direct(1 << 20))) {
        long taken = 0;
        int count;
        do {
          count = pair.near.write(piece.clear());
          assertThat(piece.position()).isEqualTo(count);
          taken += count;
        } while (count > 0);
        long wanted = taken;
        long[] received = {0};
        ByteBuffer into = ByteBuffer.allocate(1 << 20);
        soon()
            .until(
                () -> {
                  received[0] += pair.far.read(into.clear());
                  return received[0] == wanted;
                });
      }
    }
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void writingToAPeerThatHasGoneFails(Sockets sockets) throws Exception {
    try (Pair pair = Pair.of(sockets, loopback())) {
      pair.far.close();
      soon()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> pair.near.write(ByteBuffer.allocate(100)))
                      .isInstanceOf(IOException.class));
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aClosedSocketSaysSo(Sockets sockets) throws Exception {
    try (Pair pair = Pair.of(sockets, loopback())) {
      pair.near.close();
      pair.near.close();
      assertThat(pair.near.isOpen()).isFalse();
      assertThatThrownBy(() -> pair.near.read(ByteBuffer.allocate(1)))
          .isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(() -> pair.near.write(ByteBuffer.allocate(1)))
          .isInstanceOf(ClosedChannelException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void addressesAreTheSameFromBothEnds(Sockets sockets) throws Exception {
    List<SocketAddress> all =
        List.of(
            new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0),
            new InetSocketAddress(InetAddress.getByName("::1"), 0),
            UnixDomainSocketAddress.of(folder.resolve(sockets.getClass().getSimpleName())));
    for (SocketAddress at : all) {
      try (Pair pair = Pair.of(sockets, at)) {
        assertThat(pair.near.remoteAddress()).isEqualTo(pair.far.localAddress());
        assertThat(pair.near.localAddress()).isEqualTo(pair.far.remoteAddress());
        assertThat(pair.near.remoteAddress()).isInstanceOf(at.getClass());
        if (at instanceof InetSocketAddress inet
            && pair.near.remoteAddress() instanceof InetSocketAddress seen) {
          assertThat(seen.getAddress()).isEqualTo(inet.getAddress());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void anyAddressIsThatOfBothVersions(Sockets sockets) throws Exception {
    ListeningSocket listener = sockets.listen(new InetSocketAddress(0), 16);
    int port = ((InetSocketAddress) listener.address()).getPort();
    for (String host : List.of("127.0.0.1", "::1")) {
      Socket near = sockets.connect(new InetSocketAddress(InetAddress.getByName(host), port));
      List<Socket> accepted = new ArrayList<>();
      soon()
          .until(
              () -> {
                Socket far = listener.accept();
                if (far != null) {
                  accepted.add(far);
                }
                return !accepted.isEmpty();
              });
      assertThat(((InetSocketAddress) accepted.get(0).remoteAddress()).getAddress())
          .isEqualTo(InetAddress.getByName(host));
      accepted.get(0).close();
      near.close();
    }
    listener.close();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatCannotBeIsRefusedWithItsReason(Sockets sockets) throws Exception {
    ListeningSocket listener = sockets.listen(loopback(), 16);
    SocketAddress taken = listener.address();
    assertThatThrownBy(() -> sockets.listen(taken, 16))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("in use");
    listener.close();
    assertThatThrownBy(() -> connected(sockets, taken))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("refused");
    assertThatThrownBy(() -> sockets.connect(InetSocketAddress.createUnresolved("nowhere", 1)))
        .isInstanceOf(UnknownHostException.class);
    assertThatThrownBy(
            () -> sockets.listen(UnixDomainSocketAddress.of("/tmp/" + "x".repeat(120)), 1))
        .isInstanceOf(IOException.class);
  }

  private static void connected(Sockets sockets, SocketAddress to) throws IOException {
    Socket socket = sockets.connect(to);
    try {
      while (!socket.finishConnect()) {
        Thread.onSpinWait();
      }
    } finally {
      socket.close();
    }
  }

  /** Counts its turns. */
  private static final class Counting extends Served {
    private final AtomicInteger turns = new AtomicInteger();

    Counting(EventLoop loop) {
      super(loop);
    }

    @Override
    protected void serve(Carrier carrier) {
      turns.incrementAndGet();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void turnsComeForWhatIsWaitedForOnly(Sockets sockets) throws Exception {
    try (Loops loops = new Loops(sockets, 1, 1, "interest");
        Pair pair = Pair.of(sockets, loopback())) {
      EventLoop loop = loops.all().get(0);
      Counting served = new Counting(loop);
      loop.execute(() -> register(loop, pair.far, served));
      send(pair.near, ByteBuffer.allocate(1));
      soon().until(() -> served.turns.get() > 3); // until it is read
      assertThat(pair.far.readyOps() & SelectionKey.OP_READ).isNotZero();

      assertThat(pair.far.interest(SelectionKey.OP_READ, false)).isTrue();
      assertThat(pair.far.interest(SelectionKey.OP_READ, false)).isFalse();
      loop.wakeup();
      inARound(loop);
      int before = served.turns.get();
      for (int i = 0; i < 10; i++) {
        inARound(loop);
      }
      assertThat(served.turns).hasValue(before);

      assertThat(pair.far.interest(SelectionKey.OP_WRITE, true)).isTrue();
      loop.wakeup();
      soon().until(() -> served.turns.get() > before);
      assertThat(pair.far.readyOps()).isEqualTo(SelectionKey.OP_WRITE);
      assertThat(loop.registered()).containsExactly(served);

      pair.far.close();
      loop.wakeup();
      inARound(loop);
      inARound(loop);
      int last = served.turns.get();
      inARound(loop);
      assertThat(served.turns).hasValue(last);
      assertThat(loop.registered()).isEmpty();
    }
  }

  private static void register(EventLoop loop, Socket socket, Served served) {
    try {
      loop.register(socket, SelectionKey.OP_READ, served);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until the loop has gone round once more. */
  private static void inARound(EventLoop loop) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(() -> loop.execute(done::countDown));
    done.await();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whoStillWritesToAClosedSocketReachesNoOtherThatGotItsNumber(Sockets sockets)
      throws Exception {
    for (int round = 0; round < 100; round++) {
      Pair first = Pair.of(sockets, loopback());
      Thread writer =
          new Thread(
              () -> {
                ByteBuffer letter = ByteBuffer.allocate(1);
                try {
                  while (true) {
                    first.near.write(letter.clear());
                  }
                } catch (IOException e) {
                  // closed, as it should be
                }
              });
      writer.start();
      first.close();
      try (Pair second = Pair.of(sockets, loopback())) {
        writer.join();
        ByteBuffer into = ByteBuffer.allocate(1);
        assertThat(second.far.read(into)).isZero();
        assertThat(second.near.read(into)).isZero();
      }
    }
  }
}
