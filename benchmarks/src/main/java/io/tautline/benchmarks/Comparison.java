package io.tautline.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares servers under the same load, in one run: each cell of each round is measured for every
 * server in turn, and the tables show medians. Server and load generator have a core each.
 *
 * <p>The figure to trust is the server's processor time for a message, as a multiple of that of an
 * epoll server in C; see {@code docs/performance.md}.
 */
public final class Comparison {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int FIRST_PORT = 19100;

  /** A load, and for which servers it is one. */
  private record Cell(String name, String options, Kind kind) {}

  private enum Kind {
    ECHO,
    BROADCAST,
    JSON;

    @Nullable String path(Peer peer) {
      return switch (this) {
        case ECHO -> "/echo";
        case BROADCAST -> peer.broadcast();
        case JSON -> peer.json();
      };
    }
  }

  private static final List<Cell> CELLS =
      List.of(
          new Cell("64x1, 125 B", "--conns 64 --depth 1 --size 125", Kind.ECHO),
          new Cell("64x16, 125 B", "--conns 64 --depth 16 --size 125", Kind.ECHO),
          new Cell("1000x1, 125 B", "--conns 1000 --depth 1 --size 125", Kind.ECHO),
          new Cell("64x1, 16 KiB text", "--conns 64 --depth 1 --size 16384", Kind.ECHO),
          new Cell("1x1, 125 B", "--conns 1 --depth 1 --size 125", Kind.ECHO),
          new Cell("8x1, 1 MiB", "--conns 8 --depth 1 --size 1048576", Kind.ECHO),
          new Cell("broadcast to 1000", "--mode broadcast --conns 1000 --size 125", Kind.BROADCAST),
          new Cell(
              "broadcast to 1000, four under way",
              "--mode broadcast --conns 1000 --size 125 --window 4",
              Kind.BROADCAST),
          new Cell("handshakes", "--mode handshake --rst", Kind.ECHO),
          new Cell("deflate, 64x1, 1 KiB", "--deflate --conns 64 --size 1024", Kind.ECHO),
          new Cell("JSON record, 64x1", "--json --conns 64", Kind.JSON));

  private final Path target;
  private final int rounds;
  private final List<Peer> peers;
  private int firstPort;
  private final Map<Peer, Process> running = new LinkedHashMap<>();
  private final Map<String, Map<String, List<JsonNode>>> results = new TreeMap<>();

  private Comparison(Path target, int rounds, List<Peer> peers) {
    this.target = target;
    this.rounds = rounds;
    this.peers = peers;
  }

  /**
   * Runs the comparison and prints a table for each cell.
   *
   * @param args the directory of the build, the number of rounds, and a pattern of the names of the
   *     servers to compare with the floor and ours; all if left out
   */
  public static void main(String[] args) throws Exception {
    String wanted = args.length > 2 ? args[2] : ".*";
    List<Peer> peers = new ArrayList<>(Peer.ALL.subList(0, 2));
    Peer.ALL.stream()
        .skip(2)
        .filter(peer -> peer.name().matches(wanted) && peer.isRunnable())
        .forEach(peers::add);
    Comparison comparison =
        new Comparison(Path.of(args[0]).toAbsolutePath(), Integer.parseInt(args[1]), peers);
    for (int round = 1; round <= comparison.rounds; round++) {
      System.err.println("round " + round + " of " + comparison.rounds);
      comparison.round(round);
    }
    CELLS.forEach(comparison::print);
  }

  /** Measures every cell, with servers just started: processes of one program differ by luck. */
  private void round(int round) throws IOException, InterruptedException {
    firstPort = FIRST_PORT + round * peers.size();
    try {
      start();
      measure();
    } finally {
      running.values().forEach(Peer::end);
      running.clear();
    }
  }

  private int port(Peer peer) {
    return firstPort + peers.indexOf(peer);
  }

  private void start() throws IOException, InterruptedException {
    for (Peer peer : peers) {
      running.put(peer, peer.start(target, port(peer)));
      await(peer);
      System.err.println("warming up " + peer.name());
      load(peer, "--conns 64 --depth 16 --size 125 --warm 10 --time 1", "/echo");
      load(peer, "--conns 64 --depth 1 --size 16384 --warm 4 --time 1", "/echo");
      load(peer, "--conns 8 --depth 1 --size 1048576 --warm 2 --time 1", "/echo");
      load(peer, "--deflate --conns 64 --size 1024 --warm 4 --time 1", "/echo");
      load(peer, "--mode handshake --rst --warm 3 --time 1", "/echo");
      String broadcast = peer.broadcast();
      if (broadcast != null) {
        load(peer, "--mode broadcast --conns 200 --size 125 --warm 3 --time 1", broadcast);
      }
      String json = peer.json();
      if (json != null) {
        load(peer, "--json --conns 64 --warm 4 --time 1", json);
      }
      String pid = String.valueOf(pid(peer));
      new ProcessBuilder("taskset", "-acp", "0", pid).start().waitFor();
    }
  }

  private void await(Peer peer) throws IOException, InterruptedException {
    for (int i = 0; i < 200; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress("localhost", port(peer)), 1000);
        return;
      } catch (IOException notYet) {
        Thread.sleep(50);
      }
    }
    throw new IOException(peer.name() + " did not start; see its log in " + target);
  }

  private long pid(Peer peer) {
    Process process = running.get(peer);
    if (process == null) {
      throw new IllegalStateException(peer.name() + " is not running");
    }
    return process.pid();
  }

  private void measure() throws IOException, InterruptedException {
    for (Cell cell : CELLS) {
      for (Peer peer : peers) {
        String path = cell.kind.path(peer);
        if (path != null) {
          JsonNode result = load(peer, cell.options + " --warm 1 --time 2", path);
          results
              .computeIfAbsent(cell.name, name -> new LinkedHashMap<>())
              .computeIfAbsent(peer.name(), name -> new ArrayList<>())
              .add(result);
        }
      }
    }
  }

  /** Runs the load generator once, on the second core. */
  private JsonNode load(Peer peer, String options, String path)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("taskset", "-c", "1"));
    command.add(target.resolve("wsload").toString());
    command.addAll(List.of("--port", String.valueOf(port(peer)), "--pid", pid(peer) + ""));
    command.addAll(List.of("--path", path));
    command.addAll(Arrays.asList(options.split(" ")));
    Process process = new ProcessBuilder(command).start();
    String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return JSON.readTree(line);
  }

  private void print(Cell cell) {
    Map<String, List<JsonNode>> measured = results.getOrDefault(cell.name, Map.of());
    double floor = median(measured, Peer.ALL.get(0).name(), Comparison::cpu);
    double best = Double.MAX_VALUE;
    for (Peer peer : peers.subList(2, peers.size())) {
      double cpu = median(measured, peer.name(), Comparison::cpu);
      best = cpu > 0 && !peer.isOurs() ? Math.min(best, cpu) : best;
    }
    System.out.println("\n### " + cell.name + "\n");
    System.out.println(
        "| server | messages/s | CPU µs | × floor | × best peer | p50 µs | p99 µs | bytes back |");
    System.out.println("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (Peer peer : peers) {
      if (!measured.containsKey(peer.name())) {
        continue;
      }
      String failures = failures(measured.get(peer.name()));
      double rate = median(measured, peer.name(), result -> result.path("rate").asDouble());
      if (rate == 0) {
        System.out.printf("| %s | – | – | – | – | – | – | %s |%n", peer.name(), failures);
      } else {
        double cpu = median(measured, peer.name(), Comparison::cpu);
        System.out.printf(
            Locale.ROOT,
            "| %s | %.0f | %.2f | %s | %s | %.0f | %.0f | %.0f %s |%n",
            peer.name(),
            rate,
            cpu,
            ratio(cpu, floor),
            ratio(cpu, best),
            median(measured, peer.name(), result -> result.path("p50_us").asDouble()),
            median(measured, peer.name(), result -> result.path("p99_us").asDouble()),
            median(measured, peer.name(), result -> result.path("wire_per_msg").asDouble()),
            failures);
      }
    }
  }

  /** Returns how many times as much, or a dash if there is nothing to compare. */
  private static String ratio(double cpu, double other) {
    return cpu > 0 && other > 0 ? String.format(Locale.ROOT, "%.2f", cpu / other) : "–";
  }

  private static String failures(List<JsonNode> results) {
    for (JsonNode result : results) {
      if (!result.path("ok").asBoolean()) {
        return "failed: " + result.path("error").asString();
      }
    }
    return "";
  }

  private static double cpu(JsonNode result) {
    return result.path("cpu_us_per_msg").asDouble();
  }

  private static double median(
      Map<String, List<JsonNode>> measured, String peer, ToDoubleFunction<JsonNode> figure) {
    double[] all =
        measured.getOrDefault(peer, List.of()).stream()
            .filter(result -> result.path("ok").asBoolean())
            .mapToDouble(figure)
            .sorted()
            .toArray();
    return all.length == 0 ? 0 : all[all.length / 2];
  }
}
