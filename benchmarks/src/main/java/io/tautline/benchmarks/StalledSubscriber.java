package io.tautline.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long broadcasts take to 999 subscribers with and without a thousandth that never reads: by
 * default, where it is closed, and where the oldest messages for it are dropped.
 */
public final class StalledSubscriber {
  private static final int PORT = 19300;
  private static final int ROUNDS = 5;
  private static final Pattern P99 = Pattern.compile("\"p99_us\":([0-9.]+)");

  private StalledSubscriber() {}

  /**
   * Prints a line for each policy.
   *
   * @param args the directory of the build
   */
  public static void main(String[] args) throws Exception {
    Path target = Path.of(args[0]).toAbsolutePath();
    Process server = Peer.ALL.get(1).start(target, PORT);
    try {
      Thread.sleep(2000);
      load(target, server, "/rooms", 10);
      for (String path : List.of("/rooms", "/latest")) {
        compare(target, server, path);
      }
    } finally {
      Peer.end(server);
    }
  }

  private static void compare(Path target, Process server, String path) throws Exception {
    double[] without = new double[ROUNDS];
    double[] with = new double[ROUNDS];
    String ended = "";
    long before = Footprint.liveHeap(server);
    long heap = 0;
    for (int round = 0; round < ROUNDS; round++) {
      without[round] = load(target, server, path, 6);
      try (Socket stalled = subscribe(path)) {
        with[round] = load(target, server, path, 6);
        heap = Math.max(heap, Footprint.liveHeap(server) - before);
        ended = end(stalled);
      }
    }
    Arrays.sort(without);
    Arrays.sort(with);
    System.out.printf(
        Locale.ROOT,
        "%s: p99 %.0f us without, %.0f us with a stalled one (%.2f); heap at most %d KiB more; it %s%n",
        path,
        without[ROUNDS / 2],
        with[ROUNDS / 2],
        with[ROUNDS / 2] / without[ROUNDS / 2],
        heap / 1024,
        ended);
  }

  /** Returns the 99th percentile, in microseconds, of a broadcast until all have it. */
  private static double load(Path target, Process server, String path, int seconds)
      throws IOException, InterruptedException {
    Process load =
        new ProcessBuilder(
                target.resolve("wsload").toString(),
                "--mode=broadcast",
                "--conns=999",
                "--size=8192",
                "--warm=1",
                "--time=" + seconds,
                "--port=" + PORT,
                "--path=" + path,
                "--pid=" + server.pid())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String told = new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher p99 = P99.matcher(told);
    if (load.waitFor() != 0 || !p99.find()) {
      throw new IOException("the load failed: " + told);
    }
    return Double.parseDouble(p99.group(1));
  }

  private static Socket subscribe(String path) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    socket.connect(new InetSocketAddress("localhost", PORT));
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** Reads at last; returns how the server ended it. */
  private static String end(Socket stalled) throws IOException {
    stalled.setSoTimeout(2000);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      InputStream in = stalled.getInputStream();
      byte[] piece = new byte[65_536];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        all.write(piece, 0, n);
      }
      byte[] bytes = all.toByteArray();
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      return text.contains("\u0003\u00f0slow consumer")
          ? "was closed with 1008"
          : "was cut off after " + bytes.length / 1024 + " KiB";
    } catch (java.net.SocketTimeoutException e) {
      return "was still there, with " + all.size() / 1024 + " KiB to read";
    } catch (java.net.SocketException e) {
      return "was reset after " + all.size() / 1024 + " KiB";
    }
  }
}
