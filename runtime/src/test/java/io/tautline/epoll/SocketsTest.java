package io.tautline.epoll;

import static io.tautline.epoll.SocketPair.loopback;
import static io.tautline.epoll.SocketPair.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.transport.ChannelSockets;
import io.tautline.transport.ListeningSocket;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ways to the system's sockets are the same to those who use them. */
class SocketsTest {
  @TempDir private Path folder;

  @Test
  void channelsServeWhereEpollCannot() {
    assertThat(Epoll.orChannels(true))
        .isInstanceOf(SocketPair.epollIsPossible() ? Epoll.class : ChannelSockets.class);
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
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void bytesPassInBuffersOfEveryKind(Sockets sockets) throws Exception {
    ByteBuffer text = StandardCharsets.UTF_8.encode("over, and over again");
    ByteBuffer direct = ByteBuffer.allocateDirect(text.remaining());
    direct.put(text.duplicate()).flip();
    byte[] padded = new byte[text.remaining() + 5];
    text.duplicate().get(padded, 5, text.remaining());
    ByteBuffer offset = ByteBuffer.wrap(padded).position(5).slice();
    try (SocketPair pair = SocketPair.of(sockets, loopback())) {
      for (ByteBuffer from : List.of(text, direct, offset)) {
        for (ByteBuffer into :
            List.of(
                ByteBuffer.allocate(64),
                ByteBuffer.allocateDirect(64),
                ByteBuffer.allocate(64).position(3),
                ByteBuffer.allocate(80).position(7).slice())) {
          send(pair.near(), from.duplicate());
          assertThat(receive(pair.far(), into, text.remaining())).isEqualTo("over, and over again");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void tooEarlyIsNothingAndTheEndIsTold(Sockets sockets) throws Exception {
    try (SocketPair pair = SocketPair.of(sockets, loopback())) {
      ByteBuffer heap = ByteBuffer.allocate(8);
      ByteBuffer direct = ByteBuffer.allocateDirect(8);
      assertThat(pair.far().read(heap)).isZero();
      assertThat(pair.far().read(direct)).isZero();
      assertThat(pair.far().read(ByteBuffer.allocate(0))).isZero();
      pair.near().shutdownOutput();
      soon().until(() -> pair.far().read(heap) == -1);
      assertThat(pair.far().read(direct)).isEqualTo(-1);
      assertThat(heap.position() + direct.position()).isZero();
      send(pair.far(), StandardCharsets.UTF_8.encode("still"));
      assertThat(receive(pair.near(), heap, 5)).isEqualTo("still");
    }
  }

  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void whatDoesNotFitRemains(Sockets sockets) throws Exception {
    try (SocketPair pair = SocketPair.of(sockets, loopback())) {
      for (ByteBuffer piece : List.of(ByteBuffer.allocate(1 << 20), direct(1 << 20))) {
        long taken = 0;
        int count;
        do {
          count = pair.near().write(piece.clear());
          assertThat(piece.position()).isEqualTo(count);
          taken += count;
        } while (count > 0);
        long wanted = taken;
        long[] received = {0};
        ByteBuffer into = ByteBuffer.allocate(1 << 20);
        soon()
            .until(
                () -> {
                  received[0] += pair.far().read(into.clear());
                  return received[0] == wanted;
                });
      }
    }
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes);
  }

  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void writingToAPeerThatHasGoneFails(Sockets sockets) throws Exception {
    try (SocketPair pair = SocketPair.of(sockets, loopback())) {
      pair.far().close();
      soon()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> pair.near().write(ByteBuffer.allocate(100)))
                      .isInstanceOf(IOException.class));
    }
  }

  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void aClosedSocketSaysSo(Sockets sockets) throws Exception {
    try (SocketPair pair = SocketPair.of(sockets, loopback())) {
      pair.near().close();
      pair.near().close();
      assertThat(pair.near().isOpen()).isFalse();
      assertThatThrownBy(() -> pair.near().read(ByteBuffer.allocate(1)))
          .isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(() -> pair.near().write(ByteBuffer.allocate(1)))
          .isInstanceOf(ClosedChannelException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void addressesAreTheSameFromBothEnds(Sockets sockets) throws Exception {
    List<SocketAddress> all =
        List.of(
            new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0),
            new InetSocketAddress(InetAddress.getByName("::1"), 0),
            UnixDomainSocketAddress.of(folder.resolve(sockets.getClass().getSimpleName())));
    for (SocketAddress at : all) {
      try (SocketPair pair = SocketPair.of(sockets, at)) {
        assertThat(pair.near().remoteAddress()).isEqualTo(pair.far().localAddress());
        assertThat(pair.near().localAddress()).isEqualTo(pair.far().remoteAddress());
        assertThat(pair.near().remoteAddress()).isInstanceOf(at.getClass());
        if (at instanceof InetSocketAddress inet
            && pair.near().remoteAddress() instanceof InetSocketAddress seen) {
          assertThat(seen.getAddress()).isEqualTo(inet.getAddress());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
  void anyAddressIsThatOfBothVersions(Sockets sockets) throws Exception {
    ListeningSocket listener = sockets.listen(new InetSocketAddress(0), 16);
    int port = ((InetSocketAddress) listener.address()).getPort();
    for (String host : List.of("127.0.0.1", "::1")) {
      Socket near = sockets.connect(new InetSocketAddress(InetAddress.getByName(host), port));
      Socket far = SocketPair.accepted(listener);
      assertThat(((InetSocketAddress) far.remoteAddress()).getAddress())
          .isEqualTo(InetAddress.getByName(host));
      far.close();
      near.close();
    }
    listener.close();
  }

  @ParameterizedTest
  @MethodSource("io.tautline.epoll.SocketPair#ways")
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
}
