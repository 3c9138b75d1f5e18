package io.tautline.benchmarks;

import io.tautline.Endpoint;
import io.tautline.benchmarks.server.JakartaEcho;
import io.tautline.boot.TautlineServer;
import io.tautline.channel.ClientDial;
import io.tautline.channel.WebSocketChannel;
import io.tautline.handshake.HandshakeException;
import io.tautline.protocol.ProtocolException;
import jakarta.websocket.OnMessage;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How long an echo takes on a loop whose 200 other connections are in a handler that sleeps for 100
 * ms, and how long those take.
 */
public final class Sleepers {
  private static final int SLEEPERS = 200;
  private static final long MEASURED_NANOS = 10_000_000_000L;

  private Sleepers() {}

  /** Blocks. */
  @Endpoint("/sleep")
  public static class Sleep {
    @OnMessage
    String text(String text) throws InterruptedException {
      Thread.sleep(100);
      return text;
    }
  }

  /** Runs for 12 seconds and prints a line for each. */
  public static void main(String[] args) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(SLEEPERS + 1);
    try (TautlineServer server =
        TautlineServer.builder()
            .port(0)
            .loops(1)
            .endpoints(JakartaEcho.class, Sleep.class)
            .start()) {
      List<Callable<long[]>> all = new ArrayList<>();
      all.add(() -> client(server.port(), "/echo"));
      for (int i = 0; i < SLEEPERS; i++) {
        all.add(() -> client(server.port(), "/sleep"));
      }
      List<Future<long[]>> taken = clients.invokeAll(all);
      print("echo", taken.subList(0, 1));
      print("sleepers", taken.subList(1, taken.size()));
    } finally {
      clients.shutdownNow();
    }
  }

  /** Sends one message after the other and returns how long each took, but for the first second. */
  private static long[] client(int port, String path)
      throws IOException, HandshakeException, ProtocolException {
    List<Long> took = new ArrayList<>();
    long begin = System.nanoTime();
    try (WebSocketChannel channel =
        new ClientDial().dial(URI.create("ws://localhost:" + port + path))) {
      while (System.nanoTime() - begin < MEASURED_NANOS) {
        long sent = System.nanoTime();
        channel.writeText("hello");
        channel.read();
        if (sent - begin > MEASURED_NANOS / 10) {
          took.add(System.nanoTime() - sent);
        }
      }
    }
    return took.stream().mapToLong(Long::longValue).toArray();
  }

  private static void print(String name, List<Future<long[]>> clients)
      throws InterruptedException, ExecutionException {
    long[] all = new long[0];
    for (Future<long[]> client : clients) {
      long[] more = client.get();
      int before = all.length;
      all = Arrays.copyOf(all, before + more.length);
      System.arraycopy(more, 0, all, before, more.length);
    }
    Arrays.sort(all);
    System.out.printf(
        Locale.ROOT,
        "%s: %d round trips, median %.2f ms, p99 %.2f ms, longest %.2f ms%n",
        name,
        all.length,
        all[all.length / 2] / 1e6,
        all[all.length * 99 / 100] / 1e6,
        all[all.length - 1] / 1e6);
  }
}
