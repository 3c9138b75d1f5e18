package io.tautline.tests.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.tests.JdkClient;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.OnMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors in a handler end its own session, and nothing else. */
class HandlerFaultsTest {
  private static final CountDownLatch END = new CountDownLatch(1);

  /** There may be no memory even for a Close frame. */
  private static final String CLOSED = "close 10(11|06) .*|error .*";

  /** Never returns, unless it is told to echo. */
  @Endpoint("/abuse/endless")
  public static class Endless {
    @OnMessage
    String wait(String how) throws InterruptedException {
      if (how.equals("wait")) {
        END.await();
      }
      return how;
    }
  }

  @Test
  void handlersThatNeverReturnHoldUpNeitherTheirLoopNorAStop() throws Exception {
    TautlineServer server =
        TautlineServer.builder()
            .port(0)
            .loops(1)
            .endpoints(Endless.class)
            .limits(Limits.builder().closeTimeout(Duration.ofMillis(300)).build())
            .drain(Duration.ofSeconds(1))
            .start();
    List<JdkClient> waiting = new ArrayList<>();
    try (JdkClient neighbour = new JdkClient(server.port(), "/abuse/endless")) {
      for (int i = 0; i < 50; i++) {
        waiting.add(new JdkClient(server.port(), "/abuse/endless").send("wait"));
        neighbour.send("still here").expect("text still here");
      }
      long began = System.nanoTime();
      server.close();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
      neighbour.expect("close 1001 the server is stopping");
    } finally {
      END.countDown();
      waiting.forEach(JdkClient::close);
      server.close();
    }
  }

  /** A server of its own, in 64 MiB of heap, one handler of which takes all that there is. */
  public static final class Heap {
    private Heap() {}

    /** Fills the heap, or echoes. */
    @Endpoint("/abuse/heap")
    public static class Filling {
      @OnMessage
      String fill(String how) {
        List<byte[]> all = new ArrayList<>();
        while (how.equals("fill")) {
          all.add(new byte[1 << 20]);
        }
        return how;
      }
    }

    /** Prints its port and serves until its input ends. */
    public static void main(String[] args) throws Exception {
      try (TautlineServer server =
          TautlineServer.builder().port(0).endpoints(Filling.class).start()) {
        System.out.println(server.port());
        while (System.in.read() >= 0) {}
      }
    }
  }

  /** Where memory runs out is luck: a neighbour may be hit and closed, but nobody is left alone. */
  @Test
  void whoFillsTheHeapIsClosedAndEveryLoopGoesOn() throws Exception {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Heap.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<JdkClient> neighbours = new ArrayList<>();
    try {
      int port = Integer.parseInt(process.inputReader().readLine());
      for (int round = 0; round < 20; round++) {
        while (neighbours.size() < 20) {
          JdkClient newcomer = new JdkClient(port, "/abuse/heap");
          newcomer.send("hello").expect("text hello");
          neighbours.add(newcomer);
        }
        try (JdkClient client = new JdkClient(port, "/abuse/heap")) {
          client.send("fill");
          assertThat(client.next()).matches(CLOSED);
        }
        String text = "round " + round;
        neighbours.removeIf(neighbour -> !isAnswered(neighbour, text));
      }
      assertThat(process.isAlive()).isTrue();
    } finally {
      neighbours.forEach(JdkClient::close);
      process.destroy();
    }
  }

  /** Returns whether it is, or has been closed instead. */
  private static boolean isAnswered(JdkClient client, String text) {
    try {
      String next = client.send(text).next();
      assertThat(next).matches("text " + text + "|" + CLOSED);
      return next.startsWith("text");
    } catch (CompletionException gone) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Fails as it is told. */
  @Endpoint("/abuse/faults")
  public static class Faulty {
    @OnMessage
    String fail(String how) {
      return switch (how) {
        case "stack" -> Integer.toString(deeper(0));
        case "heap" -> Integer.toString(new long[Integer.MAX_VALUE].length);
        case "null" -> String.valueOf((Object) null).concat(null);
        default -> how;
      };
    }

    private static int deeper(int depth) {
      return deeper(depth + 1) + depth;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stack", "heap", "null"})
  void theSessionIsClosedWith1011AndItsNeighboursAreServed(String how) throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Faulty.class);
        JdkClient neighbour = new JdkClient(server.port(), "/abuse/faults")) {
      for (int i = 0; i < 20; i++) {
        try (JdkClient client = new JdkClient(server.port(), "/abuse/faults")) {
          client.send("before").expect("text before");
          client.send(how);
          assertThat(client.next()).startsWith("close 1011");
        }
        neighbour.send("still here").expect("text still here");
      }
    }
  }
}
