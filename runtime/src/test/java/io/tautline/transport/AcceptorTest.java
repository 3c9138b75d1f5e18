package io.tautline.transport;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
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
}
