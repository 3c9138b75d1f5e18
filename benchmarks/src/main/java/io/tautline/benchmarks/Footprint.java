package io.tautline.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What servers cost before any message: the time from the start of the process to its first
 * handshake, the size of its jars, and the live heap of each of many idle connections, all of which
 * must answer a Ping afterwards.
 */
public final class Footprint {
  private static final int PORT = 19200;
  private static final int STARTS = 5;
  private static final String REQUEST =
      """
      GET /echo HTTP/1.1\r
      Host: localhost\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Sec-WebSocket-Version: 13\r
      \r
      """;

  private final Path target;
  private final int connections;

  private Footprint(Path target, int connections) {
    this.target = target;
    this.connections = connections;
  }

  /**
   * Measures every server and prints a table.
   *
   * @param args the directory of the build, a pattern of the names of servers, all if left out, and
   *     how many idle connections, 10,000 if left out
   */
  public static void main(String[] args) throws Exception {
    int connections = args.length < 3 ? 10_000 : Integer.parseInt(args[2]);
    Footprint footprint = new Footprint(Path.of(args[0]).toAbsolutePath(), connections);
    System.out.println(
        "| server | start to handshake, wall ms | CPU ms | jars, KiB | idle, bytes each |");
    System.out.println("|---|--:|--:|--:|--:|");
    for (Peer peer : Peer.ALL.subList(1, Peer.ALL.size())) {
      if (peer.isRunnable() && (args.length < 2 || peer.name().matches(args[1]))) {
        System.out.println(footprint.row(peer));
      }
    }
  }

  private String row(Peer peer) throws IOException, InterruptedException {
    double[] wall = new double[STARTS];
    double[] cpu = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      long began = System.nanoTime();
      Process process = peer.start(target, PORT);
      try {
        handshake();
        wall[i] = (System.nanoTime() - began) / 1e6;
        cpu[i] = process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
      } finally {
        Peer.end(process);
      }
    }
    Arrays.sort(wall);
    Arrays.sort(cpu);
    return String.format(
        Locale.ROOT,
        "| %s | %.0f | %.0f | %d | %s |",
        peer.name(),
        wall[STARTS / 2],
        cpu[STARTS / 2],
        jars(peer) / 1024,
        idle(peer));
  }

  /** Connects as soon as someone listens, and waits for the 101. */
  private static void handshake() throws IOException, InterruptedException {
    for (int i = 0; i < 10_000; i++) {
      try (Socket socket = new Socket("localhost", PORT)) {
        OutputStream out = socket.getOutputStream();
        out.write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        String status = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
        if (status.equals("HTTP/1.1 101")) {
          return;
        }
      } catch (IOException notYet) {
        // tried again
      }
      Thread.sleep(1);
    }
    throw new IOException("no handshake within 10 s");
  }

  private long jars(Peer peer) throws IOException {
    long bytes = 0;
    for (String jar : peer.classPath(target).split(File.pathSeparator, -1)) {
      if (jar.endsWith(".jar")) {
        bytes += Files.size(Path.of(jar));
      }
    }
    return bytes;
  }

  /** Returns the live heap of a connection that does nothing. */
  private String idle(Peer peer) throws IOException, InterruptedException {
    Process server = peer.start(target, PORT);
    Process load = null;
    try {
      handshake();
      load("--mode idle --conns 1000 --settle 0", server).waitFor();
      long before = liveHeap(server);
      load =
          load(
              "--mode idle --conns " + connections + " --pings " + connections + " --settle 12",
              server);
      for (int i = 0; i < 300 && files(server) < connections && load.isAlive(); i++) {
        Thread.sleep(100);
      }
      if (files(server) < connections) {
        return "failed";
      }
      long each = (liveHeap(server) - before) / connections;
      return load.waitFor() == 0 ? Long.toString(each) : "failed";
    } finally {
      if (load != null) {
        Peer.end(load);
      }
      Peer.end(server);
    }
  }

  private Process load(String options, Process server) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(target.resolve("wsload").toString());
    command.addAll(List.of("--port", "" + PORT, "--pid", "" + server.pid(), "--path", "/echo"));
    command.addAll(Arrays.asList(options.split(" ", -1)));
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static long files(Process process) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return all.count();
    }
  }

  /** Returns the bytes of all live objects, after a full collection. */
  static long liveHeap(Process server) throws IOException, InterruptedException {
    String java = ProcessHandle.current().info().command().orElse("java");
    Process histogram =
        new ProcessBuilder(
                java.replaceAll("java$", "jcmd"), "" + server.pid(), "GC.class_histogram")
            .start();
    String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    histogram.waitFor();
    String total = text.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
    return Long.parseLong(total.strip().split("\\s+", -1)[2]);
  }
}
