package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that arrive in many reads and leave in many writes, through memory that is used again. */
class LongTextTest {
  private static final int KIB = 1024;

  private TautlineServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        TautlineServer.builder()
            .port(0)
            .loops(1)
            .limits(Limits.builder().maxTextBytes(4 * KIB * KIB).build())
            .endpoints(Endpoints.Echo.class)
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        4095,
        4096,
        88 * KIB,
        256 * KIB - 12,
        256 * KIB,
        KIB * KIB,
        KIB * KIB + 64,
        3_000_000
      })
  void aTextComesBackWhereverItsOneLetterThatIsNotAsciiStands(int length) throws Exception {
    String ascii = text("a", length);
    try (JdkClient client = new JdkClient(server.port(), "/echo")) {
      echo(client, ascii);
      echo(client, "é" + ascii.substring(1));
      echo(client, ascii); // after one that was not, others are not tried
      echo(client, ascii.substring(1) + "€");
      for (int i = 0; i < 40; i++) {
        client.send("short").expect("text short");
      }
      echo(client, ascii);
    }
  }

  @Test
  void noneIsMixedWithThoseOfOthers() throws Exception {
    int clients = 12; // more than there are arrays kept
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      String name = "client " + i;
      Callable<Void> life =
          () -> {
            try (JdkClient client = new JdkClient(server.port(), "/echo")) {
              for (int size = 700 * KIB; size > 100 * KIB; size -= 100 * KIB) {
                echo(client, text(name, size));
              }
            }
            return null;
          };
      all.add(threads.submit(life));
    }
    for (Future<?> one : all) {
      one.get(1, TimeUnit.MINUTES);
    }
    threads.shutdown();
  }

  private static void echo(JdkClient client, String text) throws InterruptedException {
    String back = client.send(text).next();
    assertThat(back.length()).isEqualTo("text ".length() + text.length());
    assertThat(back.endsWith(text)).as("the text of " + text.length() + " comes back").isTrue();
  }

  /** Returns a text, every line of which tells where it stands. */
  private static String text(String name, int length) {
    StringBuilder text = new StringBuilder(length + 32);
    while (text.length() < length) {
      text.append(name).append(" at ").append(text.length()).append('\n');
    }
    return text.substring(0, length);
  }
}
