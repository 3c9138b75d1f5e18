package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tautline.Handshake;
import io.tautline.boot.Certificates;
import io.tautline.boot.TautlineServer;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same bytes over TLS, IPv6 and UNIX-domain sockets. */
class TransportsTest {
  @TempDir Path folder;

  /** A client whose messages and end come in a queue. */
  private static final class Client extends Endpoint {
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public void onOpen(Session session, EndpointConfig config) {
      session.addMessageHandler(String.class, text -> events.add("text " + text.length()));
      session.addMessageHandler(
          ByteBuffer.class, bytes -> events.add("binary " + bytes.remaining()));
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
      events.add("close " + reason.getCloseCode().getCode());
    }

    void expect(String event) throws InterruptedException {
      assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo(event);
    }
  }

  private static TautlineServer.Builder builder() {
    return TautlineServer.builder().port(0).endpoints(Endpoints.Echo.class);
  }

  private static void converse(TautlineServer with, ClientEndpointConfig config, URI uri)
      throws Exception {
    Client client = new Client();
    Session session = with.container().connectToServer(client, config, uri);
    session.getBasicRemote().sendText("hello");
    client.expect("text 5");
    session.getBasicRemote().sendBinary(ByteBuffer.allocate(1_000_000));
    client.expect("binary 1000000");
    for (int i = 0; i < 200; i++) {
      session.getAsyncRemote().sendText("x".repeat(5000), sent -> {});
    }
    for (int i = 0; i < 200; i++) {
      client.expect("text 5000");
    }
    session.close();
    client.expect("close 1000");
  }

  private static ClientEndpointConfig trusting(Identity identity) throws IOException {
    return ClientEndpointConfig.Builder.create()
        .sslContext(Certificates.trusting(identity.chain()))
        .build();
  }

  private static URI wss(TautlineServer server, String host) {
    return URI.create("wss://" + host + ":" + server.port() + "/echo");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void tlsWithAPemChainAndKey(String algorithm) throws Exception {
    Identity identity = Identity.of(folder, "dns:localhost,ip:127.0.0.1,ip:::1", algorithm);
    try (TautlineServer server =
        builder().tls(Certificates.fromPem(identity.chain(), identity.key())).start()) {
      converse(server, trusting(identity), wss(server, "localhost"));
      converse(server, trusting(identity), wss(server, "127.0.0.1"));
      converse(server, trusting(identity), wss(server, "[::1]"));
    }
  }

  @Test
  void tlsWithAKeyStoreAndTheSessionIsSecure() throws Exception {
    Identity identity = Identity.of(folder, "dns:localhost", "EC");
    try (TautlineServer server =
        builder().tls(Certificates.fromKeyStore(identity.store(), Identity.PASSWORD)).start()) {
      Session session =
          server
              .container()
              .connectToServer(new Client(), trusting(identity), wss(server, "localhost"));
      assertThat(session.isSecure()).isTrue();
      session.close();
    }
  }

  /** Says who the client is. */
  @io.tautline.Endpoint("/certified")
  public static class Certified {
    @OnMessage
    String who(String text, Handshake handshake) {
      return handshake.certificates().stream()
          .map(certificate -> certificate.getSubjectX500Principal().getName())
          .toList()
          .toString();
    }
  }

  @Test
  void aClientMustShowACertificateWithMutualTls() throws Exception {
    SSLContext both = both();
    try (TautlineServer server =
        TautlineServer.builder().port(0).endpoints(Certified.class).mutualTls(both).start()) {
      assertThat(who(server, both)).isEqualTo("[CN=tautline test]");
      SSLContext without = Certificates.trusting(folder.resolve("chain.pem"));
      assertThatThrownBy(() -> who(server, without)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aClientMayShowACertificateWhereThatIsOptional() throws Exception {
    SSLContext both = both();
    try (TautlineServer server =
        TautlineServer.builder()
            .port(0)
            .endpoints(Certified.class)
            .tlsWithOptionalClientCertificate(both)
            .start()) {
      assertThat(who(server, both)).isEqualTo("[CN=tautline test]");
      assertThat(who(server, Certificates.trusting(folder.resolve("chain.pem")))).isEqualTo("[]");
    }
  }

  /** Returns a context with an identity that trusts itself. */
  private SSLContext both() throws Exception {
    Identity identity = Identity.of(folder, "dns:localhost", "EC");
    KeyStore keys = KeyStore.getInstance(identity.store().toFile(), Identity.PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("client", keys.getCertificate("server"));
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, Identity.PASSWORD);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext both = SSLContext.getInstance("TLS");
    both.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return both;
  }

  private static String who(TautlineServer server, SSLContext context) throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Endpoint client =
        new Endpoint() {
          @Override
          public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(String.class, answer::complete);
            session.getAsyncRemote().sendText("who");
          }
        };
    try (Session session =
        server
            .container()
            .connectToServer(
                client,
                ClientEndpointConfig.Builder.create().sslContext(context).build(),
                URI.create("wss://localhost:" + server.port() + "/certified"))) {
      assertThat(session.isSecure()).isTrue();
      return answer.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    Identity identity = Identity.of(folder, "dns:elsewhere.example", "EC");
    try (TautlineServer server =
        builder().tls(Certificates.fromPem(identity.chain(), identity.key())).start()) {
      assertThatThrownBy(
              () ->
                  server
                      .container()
                      .connectToServer(new Client(), trusting(identity), wss(server, "localhost")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("matching localhost found");
      ClientEndpointConfig careless = trusting(identity);
      careless.getUserProperties().put("io.tautline.insecure", true);
      converse(server, careless, wss(server, "localhost"));
    }
  }

  @Test
  void aCertificateOfAnUnknownAuthorityIsRefused() throws Exception {
    Identity identity = Identity.of(folder, "dns:localhost", "EC");
    try (TautlineServer server =
        builder().tls(Certificates.fromPem(identity.chain(), identity.key())).start()) {
      assertThatThrownBy(
              () ->
                  server
                      .container()
                      .connectToServer(
                          new Client(),
                          ClientEndpointConfig.Builder.create().build(),
                          wss(server, "localhost")))
          .isInstanceOf(IOException.class);
      await().until(() -> server.connections() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aPeerThatVanishesWithoutAGoodbyeIs1006(String protocol) throws Exception {
    Identity identity = Identity.of(folder, "dns:localhost", "EC");
    Endpoints.CLOSED.clear();
    try (TautlineServer server =
        TautlineServer.builder()
            .port(0)
            .endpoints(Endpoints.Callbacks.class)
            .tls(Certificates.fromPem(identity.chain(), identity.key()))
            .start()) {
      SSLContext context = Certificates.trusting(identity.chain());
      Socket raw = new Socket("localhost", server.port());
      SSLSocket socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(raw, "localhost", server.port(), false);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {protocol});
      socket.setSSLParameters(parameters);
      socket
          .getOutputStream()
          .write(
              ("GET /callbacks/tls/1 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                      + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
      raw.close(); // without close_notify
      await().until(() -> Endpoints.CLOSED.getOrDefault("tls", "").startsWith("1006"));
    }
  }

  @Test
  void plainIpv6() throws Exception {
    try (TautlineServer server = builder().address(new InetSocketAddress("::1", 0)).start()) {
      converse(
          server,
          ClientEndpointConfig.Builder.create().build(),
          URI.create("ws://[::1]:" + server.port() + "/echo"));
    }
  }

  @Test
  void unixDomainSocket() throws Exception {
    SocketAddress address = UnixDomainSocketAddress.of(folder.resolve("socket"));
    try (TautlineServer server = builder().address(address).start()) {
      ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
      config.getUserProperties().put("io.tautline.address", address);
      converse(server, config, URI.create("ws://localhost/echo"));
    }
  }
}
