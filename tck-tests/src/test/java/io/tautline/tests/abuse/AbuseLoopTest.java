package io.tautline.tests.abuse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.deflate.DeflateOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * Every abuse, cut short at random or not, again and again beside a client that talks on: nothing
 * leaks, nothing is logged, and nobody else notices. {@code -Pabuse} goes on for half an hour.
 */
class AbuseLoopTest {
  private static final int MINUTES = Integer.getInteger("abuse.minutes", 0);
  private static final int LEAST_ROUNDS = 3;

  private final List<String> logged = Collections.synchronizedList(new ArrayList<>());
  private final SplittableRandom random = new SplittableRandom(8);

  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          if (line.getLevel().intValue() > Level.INFO.intValue()) {
            logged.add(line.getMessage());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  /** Does it, or a part of it, and leaves in some way. */
  private void abuse(TautlineServer server, AbuseCase abuse, int round) throws IOException {
    // From an address of its own each round, since used ports stay taken for a minute.
    byte[] from = {127, 1, (byte) (round >> 8), (byte) (round | 1)};
    RawSocket peer = new RawSocket(server.port(), InetAddress.getByAddress(from));
    String offer = abuse.compressed() ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "";
    if (abuse.upgraded()) {
      peer.send(AbuseCase.request(offer).getBytes(US_ASCII));
      peer.status();
    }
    byte[] bytes = abuse.bytes();
    int whole = random.nextInt(2) == 0 ? bytes.length : random.nextInt(bytes.length + 1);
    peer.send(java.util.Arrays.copyOf(bytes, whole));
    switch (random.nextInt(3)) {
      case 0 -> peer.reset();
      case 1 -> peer.close();
      default -> {
        if (whole == bytes.length) {
          assertThat(abuse.upgraded() ? peer.afterUpgrade() : peer.outcome())
              .isEqualTo(abuse.answer());
        }
        peer.close();
      }
    }
  }

  @Test
  void roundAfterRoundNothingIsLeftAndNobodyElseNotices() throws Exception {
    Logger logger = Logger.getLogger("io.tautline");
    logger.addHandler(handler);
    try (TautlineServer server =
            TautlineServer.builder()
                .port(0)
                .endpoints(AbuseTest.Echo.class)
                .compression(DeflateOptions.DEFAULT)
                .limits(Limits.builder().handshakeTimeout(Duration.ofSeconds(2)).build())
                .start();
        RawSocket neighbour = new RawSocket(server.port())) {
      neighbour.send(AbuseCase.request("").getBytes(US_ASCII));
      assertThat(neighbour.status()).isEqualTo(101);
      List<AbuseCase> cases = new ArrayList<>(AbuseCase.all());
      Usage first = null;
      Usage last = null;
      int rounds = 0;
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
      while (rounds < LEAST_ROUNDS || System.nanoTime() < end) {
        Collections.shuffle(cases, new java.util.Random(rounds));
        for (AbuseCase abuse : cases) {
          abuse(server, abuse, rounds);
          neighbour.send(RawSocket.frame(0x81, abuse.name().getBytes(US_ASCII)));
          assertThat(neighbour.text()).isEqualTo(abuse.name());
        }
        rounds++;
        if (first == null || rounds % 20 == 0 || rounds == LEAST_ROUNDS) {
          await().until(() -> server.connections() == 1);
          last = Usage.now();
          first = first == null ? last : first;
        }
      }
      await().until(() -> server.connections() == 1);
      last = Usage.now();
      System.out.printf("abuse: %d rounds of %d, %s, then %s%n", rounds, cases.size(), first, last);
      assertThat(logged).as("what a peer does is no warning").isEmpty();
      assertThat(last.files()).isLessThanOrEqualTo(first.files() + 5);
      assertThat(last.threads()).isLessThanOrEqualTo(first.threads() + 5);
      assertThat(last.heapBytes()).isLessThan(first.heapBytes() + (8 << 20));
    } finally {
      logger.removeHandler(handler);
    }
  }
}
