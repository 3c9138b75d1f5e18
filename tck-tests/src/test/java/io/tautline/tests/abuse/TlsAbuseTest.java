package io.tautline.tests.abuse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.Certificates;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.tests.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be done to TLS before and beside WebSocket. */
class TlsAbuseTest {
  /** The beginning of a ClientHello of 512 bytes. */
  private static final String HELLO = "16 0301 0200 01 0001fc 0303";

  @TempDir static Path folder;
  private static TautlineServer server;
  private static SSLContext trusting;

  @BeforeAll
  static void start() throws Exception {
    Identity identity = Identity.of(folder, "dns:localhost,ip:127.0.0.1", "EC");
    trusting = Certificates.trusting(identity.chain());
    server =
        TautlineServer.builder()
            .port(0)
            .endpoints(AbuseTest.Echo.class)
            .tls(Certificates.fromPem(identity.chain(), identity.key()))
            .limits(
                Limits.builder()
                    .handshakeTimeout(Duration.ofSeconds(3))
                    .maxSlowHandshakes(1000)
                    .build())
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static SSLSocket connect(String protocol) throws IOException {
    SSLSocket socket =
        (SSLSocket) trusting.getSocketFactory().createSocket("localhost", server.port());
    socket.setEnabledProtocols(new String[] {protocol});
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    socket.getOutputStream().write(AbuseCase.request("").getBytes(US_ASCII));
    assertThat(new String(socket.getInputStream().readNBytes(12), US_ASCII))
        .isEqualTo("HTTP/1.1 101");
    return socket;
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void handshakesThatStallTakeLittleMemoryAndKeepNobodyOut() throws Exception {
    connect("TLSv1.3").close();
    long before = heap();
    List<RawSocket> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        stalled.add(new RawSocket(server.port()));
        stalled.get(i).send(hex(HELLO));
      }
      await().until(() -> server.connections() >= 300);
      connect("TLSv1.3").close();
      assertThat(heap() - before).isLessThan(96 << 20);
      await().until(() -> server.connections() == 0); // their time is over
    } finally {
      for (RawSocket peer : stalled) {
        peer.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "16 0301 4500 00", // a record of 17 KiB
        "16 0301 0005 01 ffffff 03", // a message of 16 MiB
        "15 0301 0002 02 28", // an alert at once
        "17 0303 0010 00112233445566778899aabbccddeeff", // data before a handshake
        "80 2e 01 0002 0015 0000 0010", // SSL 2.0
        "00"
      })
  void whatIsNoHandshakeIsCutOff(String bytes) throws Exception {
    try (RawSocket peer = new RawSocket(server.port())) {
      peer.send(hex(bytes));
      await().atMost(Duration.ofSeconds(8)).until(peer::hasEnded);
    }
    await().until(() -> server.connections() == 0);
    connect("TLSv1.3").close();
  }

  @Test
  void aClientMayNotNegotiateAgain() throws Exception {
    try (SSLSocket socket = connect("TLSv1.2")) {
      InputStream in = socket.getInputStream();
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                while (in.read() >= 0) {}
                throw new IOException("ended");
              })
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
    }
    await().until(() -> server.connections() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0301", "0302"})
  void oldVersionsAreRefusedAndTheClientIsToldWhy(String version) throws Exception {
    String random = "00112233445566778899aabbccddeeff".repeat(2);
    String hello = "16 0301 0033 01 00002f" + version + random + "00 0008 c014c00a0035002f 0100";
    try (RawSocket peer = new RawSocket(server.port())) {
      peer.send(hex(hello));
      assertThat(HexFormat.of().formatHex(peer.rest()))
          .as("an alert: protocol_version, or handshake_failure")
          .matches("15....000202(46|28)");
    }
    await().until(() -> server.connections() == 0);
  }

  @Test
  void aThousandHandshakesLeaveNothingBehind() throws Exception {
    for (int i = 0; i < 50; i++) {
      connect("TLSv1.3").close();
    }
    await().until(() -> server.connections() == 0);
    long before = heap();
    for (int i = 0; i < 1000; i++) {
      connect(i % 2 == 0 ? "TLSv1.3" : "TLSv1.2").close();
    }
    await().until(() -> server.connections() == 0);
    assertThat(heap() - before).isLessThan(8 << 20);
  }
}
