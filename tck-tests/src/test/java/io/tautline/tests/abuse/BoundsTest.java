package io.tautline.tests.abuse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What many connections have in common is bounded, and an endpoint may have bounds of its own. */
class BoundsTest {
  /** Has tight bounds. */
  @Endpoint(
      value = "/tight",
      limits = {"maxFragments=3", "messageTimeout = 300 ms", "deadAfter=0", "maxBinaryBytes=10"})
  public static class Tight extends AbuseTest.Echo {}

  /** Says what the server says by default. */
  @Endpoint(value = "/wide", limits = "maxTextBytes=1 MiB")
  public static class Wide extends AbuseTest.Echo {}

  private static TautlineServer server(Class<?> endpoint, Limits.Builder limits) throws Exception {
    return TautlineServer.builder().port(0).endpoints(endpoint).limits(limits.build()).start();
  }

  private static RawSocket opened(TautlineServer server) throws IOException {
    return opened(server, "/abuse");
  }

  private static RawSocket opened(TautlineServer server, String path) throws IOException {
    RawSocket peer = new RawSocket(server.port());
    peer.send(AbuseCase.request("").replace("/abuse", path).getBytes(US_ASCII));
    assertThat(peer.status()).isEqualTo(101);
    return peer;
  }

  private static void echo(TautlineServer server) throws IOException {
    try (RawSocket good = opened(server)) {
      good.send(RawSocket.frame(0x81, "good".getBytes(US_ASCII)));
      assertThat(good.text()).isEqualTo("good");
    }
  }

  @Test
  void slowHandshakesOfOneAddressAreBoundedAndOthersAreNot() throws Exception {
    InetAddress attacker = InetAddress.getByName("127.0.0.66");
    List<RawSocket> slow = new ArrayList<>();
    try (TautlineServer server =
        server(
            AbuseTest.Echo.class,
            Limits.builder().maxSlowHandshakes(5).handshakeTimeout(Duration.ofMinutes(1)))) {
      for (int i = 0; i < 20; i++) {
        slow.add(new RawSocket(server.port(), attacker));
        slow.get(i).send("GET /".getBytes(US_ASCII));
      }
      Set<RawSocket> refused = new HashSet<>();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                for (RawSocket peer : slow) {
                  if (!refused.contains(peer) && peer.hasEnded()) {
                    refused.add(peer);
                  }
                }
                return refused.size() >= 15;
              });
      assertThat(refused).hasSize(15);
      assertThat(server.connections()).isEqualTo(5);
      try (RawSocket other = new RawSocket(server.port())) {
        other.send("GET /".getBytes(US_ASCII));
        await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
        assertThat(other.hasEnded()).isFalse();
        echo(server);
      }
      for (RawSocket peer : slow) {
        peer.close();
      }
      await().until(() -> server.connections() == 0);
      try (RawSocket again = new RawSocket(server.port(), attacker)) {
        again.send("GET /".getBytes(US_ASCII));
        await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
        assertThat(again.hasEnded()).isFalse(); // those that went away do not count
      }
    } finally {
      for (RawSocket peer : slow) {
        peer.close();
      }
    }
  }

  @Test
  void unfinishedMessagesOfAllTogetherAreBounded() throws Exception {
    List<RawSocket> holders = new ArrayList<>();
    byte[] half = RawSocket.frame(0x02, new byte[100_000]);
    try (TautlineServer server =
        server(AbuseTest.Echo.class, Limits.builder().maxUnfinishedBytes(1_000_000))) {
      String last = "";
      while (last.isEmpty() && holders.size() < 50) {
        RawSocket peer = opened(server);
        holders.add(peer);
        peer.send(half);
        peer.send(RawSocket.frame(0x89, new byte[0])); // answered once the half has been taken
        last = peer.closedBefore(0xA);
      }
      assertThat(last).isEqualTo("close 1013");
      assertThat(holders).hasSizeBetween(4, 11); // arrays grow by doubling
      echo(server); // what arrives in one piece needs none of it
      holders.remove(0).reset();
      await()
          .untilAsserted(
              () -> {
                try (RawSocket peer = opened(server)) {
                  peer.send(half);
                  peer.send(RawSocket.frame(0x89, new byte[0]));
                  assertThat(peer.closedBefore(0xA)).isEmpty();
                  peer.send(RawSocket.frame(0x80, new byte[0])); // and gives it back
                  peer.send(RawSocket.frame(0x89, new byte[0]));
                  assertThat(peer.closedBefore(0xA)).isEmpty();
                }
              });
    } finally {
      for (RawSocket peer : holders) {
        peer.close();
      }
    }
  }

  @Test
  void whatAnEndpointNamesHoldsOverTheContainersDefault() throws Exception {
    try (TautlineServer server = server(Wide.class, Limits.builder())) {
      server.container().setDefaultMaxTextMessageBufferSize(10);
      try (RawSocket peer = opened(server, "/wide")) {
        peer.send(RawSocket.frame(0x81, "longer than ten".getBytes(US_ASCII)));
        assertThat(peer.text()).isEqualTo("longer than ten");
      }
    }
  }

  @Test
  void anEndpointsOwnLimitsHoldForItsConnections() throws Exception {
    try (TautlineServer server = server(Tight.class, Limits.builder())) {
      try (RawSocket peer = opened(server, "/tight")) {
        peer.send(RawSocket.frame(0x01, new byte[1]));
        peer.send(RawSocket.frame(0x00, new byte[1]));
        peer.send(RawSocket.frame(0x00, new byte[1]));
        peer.send(RawSocket.frame(0x80, new byte[1]));
        assertThat(peer.afterUpgrade()).isEqualTo("close 1008");
      }
      try (RawSocket peer = opened(server, "/tight")) {
        peer.send(RawSocket.frame(0x01, new byte[1]));
        assertThat(peer.afterUpgrade()).isEqualTo("close 1008"); // in time
      }
      try (RawSocket peer = opened(server, "/tight")) {
        peer.send(RawSocket.frame(0x82, new byte[11]));
        assertThat(peer.afterUpgrade()).isEqualTo("close 1009");
      }
      try (RawSocket peer = opened(server, "/tight")) {
        peer.send(RawSocket.frame(0x81, "longer than ten".getBytes(US_ASCII)));
        assertThat(peer.text()).isEqualTo("longer than ten");
      }
    }
  }
}
