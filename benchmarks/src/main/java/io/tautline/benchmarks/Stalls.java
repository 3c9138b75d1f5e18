package io.tautline.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.channel.ClientDial;
import io.tautline.channel.WebSocketChannel;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The service guarantee with default limits: 2000 streams that stall, 2000 peers that do not read
 * and 200 that keep handlers sleeping, all at once. Meanwhile an echo on another endpoint is timed,
 * and 1000 new connections are opened. Fails if the echo's p99 is 20 ms or more.
 *
 * <p>The server has a process of its own: {@code java -cp benchmarks/target/benchmarks.jar
 * io.tautline.benchmarks.Stalls benchmarks/target [epoll]}.
 */
public final class Stalls {
  private static final int STALLED = 2000;
  private static final int SLEEPERS = 200;
  private static final int NEW = 1000;
  private static final int ECHOES = 2000;
  private static final double MOST_MILLIS = 20;

  private static final byte[] HALF_A_MESSAGE = {0x02, (byte) 0x83, 0, 0, 0, 0, 1, 2, 3};
  private static final byte[] TEXT = {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'};

  private Stalls() {}

  /** Reads messages while they arrive. */
  @Endpoint("/stream")
  public static class Streaming {
    @OnMessage
    long read(InputStream message) throws IOException {
      return message.readAllBytes().length;
    }
  }

  /** Sends more than a peer takes that does not read. */
  @Endpoint("/flood")
  public static class Flooding {
    @OnMessage
    void flood(String go, Session session) throws IOException {
      for (int i = 0; i < 1000; i++) {
        session.getBasicRemote().sendBinary(ByteBuffer.allocate(1 << 16));
      }
    }
  }

  /** Sleeps. */
  @Endpoint("/stalls/sleep")
  public static class Sleeping {
    @OnMessage
    String text(String text) throws InterruptedException {
      Thread.sleep(100);
      return text;
    }
  }

  /** Echoes. */
  @Endpoint("/quick")
  public static class Quick {
    @OnMessage
    String text(String text) {
      return text;
    }
  }

  /** Runs for a minute at most and prints what it measured. */
  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("server")) {
      serve(args.length > 1);
      return;
    }
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    if (args.length > 1) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    String classPath = ours().classPath(Path.of(args[0]));
    command.addAll(List.of("-cp", classPath, Stalls.class.getName(), "server"));
    command.addAll(List.of(args).subList(1, args.length));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader out = process.inputReader()) {
      int port = Integer.parseInt(out.readLine());
      Thread printer = new Thread(() -> out.lines().limit(5).forEach(System.out::println));
      printer.setDaemon(true);
      printer.start();
      if (measure(port) >= MOST_MILLIS) {
        throw new IllegalStateException("the echo's p99 is not below " + MOST_MILLIS + " ms");
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static Peer ours() {
    return Peer.ALL.stream().filter(Peer::isOurs).findFirst().orElseThrow();
  }

  private static void serve(boolean epoll) throws Exception {
    TautlineServer server =
        TautlineServer.builder()
            .port(0)
            .epoll(epoll)
            .endpoints(Streaming.class, Flooding.class, Sleeping.class, Quick.class)
            .start();
    System.out.println(server.port());
    server.join();
  }

  private static double measure(int port) throws Exception {
    times(port, "warm", 20_000);
    List<Socket> peers = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < STALLED; i++) {
      peers.add(peer(port, "stream", HALF_A_MESSAGE));
      peers.add(peer(port, "flood", TEXT));
    }
    for (int i = 0; i < SLEEPERS; i++) {
      Thread sleeper = new Thread(() -> sleep(port), "sleeper");
      sleeper.setDaemon(true);
      sleeper.start();
    }
    System.out.printf(
        Locale.ROOT, "%d peers after %.1f s%n", peers.size(), (System.nanoTime() - began) / 1e9);
    double[] echo = new double[1];
    Thread timed = new Thread(() -> echo[0] = times(port, "echo", ECHOES));
    timed.start();
    long from = System.nanoTime();
    for (int i = 0; i < NEW; i++) {
      try (WebSocketChannel channel =
          new ClientDial().dial(URI.create("ws://127.0.0.1:" + port + "/quick"))) {
        channel.writeText("new");
        channel.read();
      }
    }
    System.out.printf(
        Locale.ROOT, "%d new connections in %.1f s%n", NEW, (System.nanoTime() - from) / 1e9);
    timed.join();
    for (Socket peer : peers) {
      peer.close();
    }
    return echo[0];
  }

  private static Socket peer(int port, String path, byte[] message) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    String head =
        """
        GET /%s HTTP/1.1
        Host: localhost
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

        """
            .replace("\n", "\r\n");
    socket.getOutputStream().write(head.formatted(path).getBytes(US_ASCII));
    socket.getOutputStream().write(message);
    return socket;
  }

  private static void sleep(int port) {
    try (WebSocketChannel channel =
        new ClientDial().dial(URI.create("ws://127.0.0.1:" + port + "/stalls/sleep"))) {
      while (true) {
        channel.writeText("sleep");
        channel.read();
      }
    } catch (Exception e) {
      // the measurement is over
    }
  }

  /** Times echoes one after the other, a few milliseconds apart; returns the p99 in ms. */
  private static double times(int port, String name, int count) {
    long[] took = new long[count];
    try (WebSocketChannel channel =
        new ClientDial().dial(URI.create("ws://127.0.0.1:" + port + "/quick"))) {
      for (int i = 0; i < count; i++) {
        long sent = System.nanoTime();
        channel.writeText("hello");
        channel.read();
        took[i] = System.nanoTime() - sent;
        if (count == ECHOES) {
          Thread.sleep(2);
        }
      }
    } catch (Exception e) {
      throw new IllegalStateException("the echo failed", e);
    }
    Arrays.sort(took);
    double p99 = took[count * 99 / 100] / 1e6;
    System.out.printf(
        Locale.ROOT,
        "%s: %d round trips, median %.2f ms, p99 %.2f ms, longest %.2f ms%n",
        name,
        count,
        took[count / 2] / 1e6,
        p99,
        took[count - 1] / 1e6);
    return p99;
  }
}
