package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.Certificates;
import io.tautline.transport.ChannelSocket;
import io.tautline.transport.TlsWire;
import io.tautline.transport.Wire;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A TLS wire, step by step, without a loop. */
class TlsWireTest {
  @TempDir private Path folder;

  @Test
  void theClientNamesTheHostItWantsUnlessThatIsAnAddress() throws Exception {
    assertThat(hello("chat.example.org")).contains("chat.example.org");
    assertThat(hello("127.0.0.1")).doesNotContain("127.0.0.1"); // RFC 6066 §3
  }

  /** Returns what a client's wire to that host sends first. */
  private static String hello(String host) throws Exception {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel near = SocketChannel.open(listener.getLocalAddress());
      try (SocketChannel far = listener.accept()) {
        Wire client =
            TlsWire.client(SSLContext.getDefault(), host, 443, false).wrap(new ChannelSocket(near));
        client.read(ByteBuffer.allocate(1024));
        ByteBuffer hello = ByteBuffer.allocate(16 * 1024);
        far.read(hello);
        client.close();
        return StandardCharsets.ISO_8859_1.decode(hello.flip()).toString();
      }
    }
  }

  @Test
  void aClientsHandshakeIsHeldByReadingSinceWhoWritesHoldsALock() throws Exception {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel near = SocketChannel.open(listener.getLocalAddress());
      try (SocketChannel far = listener.accept()) {
        Wire client =
            TlsWire.client(SSLContext.getDefault(), "localhost", 443, false)
                .wrap(new ChannelSocket(near));
        assertThat(client.write(StandardCharsets.US_ASCII.encode("request"))).isZero();
        assertThat(client.writeAwaitsInput()).isTrue();
        assertThat(client.readAgain()).as("it is to be read without new input").isTrue();
        far.configureBlocking(false);
        ByteBuffer hello = ByteBuffer.allocate(16 * 1024);
        assertThat(far.read(hello)).isZero();

        assertThat(client.read(ByteBuffer.allocate(1024))).isZero();
        assertThat(client.readAgain()).isFalse();
        await().until(() -> far.read(hello) > 0);
        client.close();
      }
    }
  }

  @Test
  void aWriteThatAwaitsInputIsTriedAgainWhenReadingHasTakenThatInput() throws Exception {
    Identity identity = Identity.of(folder, "dns:localhost", "EC");
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel near = SocketChannel.open(listener.getLocalAddress());
      SocketChannel far = listener.accept();
      Wire client =
          TlsWire.client(Certificates.trusting(identity.chain()), "localhost", 443, false)
              .wrap(new ChannelSocket(near));
      Wire server =
          TlsWire.server(
                  Certificates.fromPem(identity.chain(), identity.key()),
                  TlsWire.ClientCertificate.NONE)
              .wrap(new ChannelSocket(far));
      ByteBuffer request = StandardCharsets.US_ASCII.encode("request");
      client.write(request);
      assertThat(client.writeAwaitsInput()).isTrue();

      ByteBuffer received = ByteBuffer.allocate(1024);
      await()
          .until(
              () -> {
                server.read(received); // the handshake goes on in here
                client.read(ByteBuffer.allocate(1024)); // and is completed in here
                if (!client.writeAwaitsInput()) {
                  client.write(request);
                }
                return received.position() == "request".length();
              });
      client.close();
      server.close();
    }
  }
}
