package io.tautline.tests.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tautline.boot.Certificates;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.deflate.DeflateOptions;
import io.tautline.tests.Identity;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Endpoint;
import jakarta.websocket.Session;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server under stress, in one of several configurations, and the clients' side of it. Handlers
 * that block take virtual threads from Java 21 on, so a run on 17 and one on a newer Java cover
 * both kinds.
 */
final class StressServer implements AutoCloseable {
  /** Each configuration is stressed for so long. */
  static final int SECONDS = Integer.getInteger("stress.seconds", 2);

  /** How bytes travel. */
  enum Configuration {
    CHANNELS,
    EPOLL,
    TLS,
    COMPRESSED,
    COMPRESSED_WITH_TAKEOVER
  }

  private final TautlineServer server;
  private final TautlineServer client;
  private final ClientEndpointConfig config;
  private final String scheme;

  StressServer(Configuration configuration, Path folder, Limits limits, Class<?>... endpoints)
      throws Exception {
    boolean epoll = configuration == Configuration.EPOLL;
    assumeTrue(!epoll || Runtime.version().feature() >= 22, "epoll needs Java 22");
    TautlineServer.Builder builder =
        TautlineServer.builder().port(0).limits(limits).epoll(epoll).endpoints(endpoints);
    TautlineServer.Builder other =
        TautlineServer.builder().port(0).limits(limits).epoll(epoll).endpoints();
    ClientEndpointConfig.Builder clients = ClientEndpointConfig.Builder.create();
    switch (configuration) {
      case TLS -> {
        Identity identity = Identity.of(folder, "dns:localhost", "EC");
        builder.tls(Certificates.fromPem(identity.chain(), identity.key()));
        clients.sslContext(Certificates.trusting(identity.chain()));
      }
      case COMPRESSED, COMPRESSED_WITH_TAKEOVER -> {
        boolean takeover = configuration == Configuration.COMPRESSED_WITH_TAKEOVER;
        DeflateOptions options = new DeflateOptions(!takeover, 15, 3, 100);
        builder.compression(options);
        other.compression(options);
      }
      default -> {}
    }
    server = builder.drain(Duration.ofSeconds(10)).start();
    client = other.start();
    if (configuration.name().startsWith("COMPRESSED")) {
      clients.extensions(List.copyOf(client.container().getInstalledExtensions()));
    }
    config = clients.build();
    scheme = configuration == Configuration.TLS ? "wss" : "ws";
  }

  TautlineServer server() {
    return server;
  }

  Session connect(Endpoint endpoint, String path) throws Exception {
    URI uri = URI.create(scheme + "://localhost:" + server.port() + path);
    return client.container().connectToServer(endpoint, config, uri);
  }

  /** Returns the time at which the stress of one configuration is over. */
  static long deadline() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
  }

  static boolean isOver(long deadline) {
    return System.nanoTime() - deadline >= 0;
  }

  /** Waits until every connection has ended. */
  void awaitEnd() {
    await().atMost(Duration.ofSeconds(60)).until(() -> server.connections() == 0);
    await().atMost(Duration.ofSeconds(60)).until(() -> client.connections() == 0);
  }

  @Override
  public void close() {
    server.close();
    client.close();
    assertThat(server.connections()).isZero();
  }
}
