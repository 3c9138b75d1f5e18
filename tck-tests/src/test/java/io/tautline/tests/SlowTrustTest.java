package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.Certificates;
import io.tautline.boot.TautlineServer;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever judges certificates may take its time: it asks whether they have been revoked, say. */
class SlowTrustTest {
  @TempDir private Path folder;

  /** Trusts everyone, in the end. */
  private static final class Slow extends X509ExtendedTrustManager {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      asked.countDown();
      try {
        assertThat(mayAnswer.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new CertificateException(e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      throw new AssertionError("an engine is used here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      throw new AssertionError("an engine is used here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      throw new AssertionError("no client is asked here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      throw new AssertionError("no client is asked here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new AssertionError("no client is asked here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Does nothing. */
  private static final class Silent extends Endpoint {
    @Override
    public void onOpen(Session session, EndpointConfig config) {}
  }

  @Test
  void aClientsHandshakeHoldsUpNobodyElseOfItsLoop() throws Exception {
    Identity identity = Identity.of(folder, "dns:localhost", "EC");
    Slow slow = new Slow();
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, new TrustManager[] {slow}, null);
    ClientEndpointConfig config =
        ClientEndpointConfig.Builder.create().sslContext(trusting).build();
    try (TautlineServer secure =
            TautlineServer.builder()
                .port(0)
                .tls(Certificates.fromPem(identity.chain(), identity.key()))
                .endpoints(Endpoints.Echo.class)
                .start();
        TautlineServer plain =
            TautlineServer.builder().port(0).loops(1).endpoints(Endpoints.Echo.class).start();
        JdkClient other = new JdkClient(plain.port(), "/echo")) {
      URI uri = URI.create("wss://localhost:" + secure.port() + "/echo");
      CompletableFuture<Session> connected =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return plain.container().connectToServer(new Silent(), config, uri);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      assertThat(slow.asked.await(10, TimeUnit.SECONDS)).isTrue();
      other.send("meanwhile").expect("text meanwhile");
      slow.mayAnswer.countDown();
      connected.get(10, TimeUnit.SECONDS).close();
    }
  }
}
