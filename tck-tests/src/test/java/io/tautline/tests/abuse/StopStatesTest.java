package io.tautline.tests.abuse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.Endpoint;
import io.tautline.boot.TautlineServer;
import io.tautline.tests.Application;
import io.tautline.tests.JdkClient;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that stops, whatever its handlers are doing, and whenever it is told to. */
class StopStatesTest {
  private static final AtomicInteger CLOSED = new AtomicInteger();
  private static volatile CountDownLatch begun = new CountDownLatch(1);
  private static volatile CountDownLatch over = new CountDownLatch(1);

  private static TautlineServer server(Duration drain, Class<?> type) throws Exception {
    CLOSED.set(0);
    begun = new CountDownLatch(1);
    over = new CountDownLatch(1);
    return TautlineServer.builder().port(0).loops(1).drain(drain).endpoints(type).start();
  }

  private static void portIsFree(int port) throws IOException {
    ServerSocket again = new ServerSocket();
    again.setReuseAddress(true);
    again.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    again.close();
  }

  /** Answers when it may. */
  @Endpoint("/stop/working")
  public static class Working {
    @OnMessage
    String work(String text) throws InterruptedException {
      begun.countDown();
      over.await();
      return "worked on " + text;
    }

    @OnClose
    void close() {
      CLOSED.incrementAndGet();
    }
  }

  @Test
  void aHandlerThatIsRunningSendsItsReplyBefore1001() throws Exception {
    try (TautlineServer server = server(Duration.ofSeconds(10), Working.class);
        JdkClient client = new JdkClient(server.port(), "/stop/working")) {
      int port = server.port();
      client.send("a");
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
      CompletableFuture<Void> later = new CompletableFuture<>();
      later.completeOnTimeout(null, 300, TimeUnit.MILLISECONDS).join(); // it has been told to stop
      assertThat(closed).isNotDone();
      over.countDown();
      client.expect("text worked on a");
      client.expect("close 1001 the server is stopping");
      closed.get(10, TimeUnit.SECONDS);
      assertThat(CLOSED).hasValue(1);
      portIsFree(port);
    }
  }

  /** Waits for more of a message. */
  @Endpoint("/stop/reading")
  public static class Reading {
    @OnMessage
    void read(InputStream message) throws IOException {
      begun.countDown();
      message.readAllBytes();
    }

    @OnClose
    void close() {
      CLOSED.incrementAndGet();
    }
  }

  @Test
  void aHandlerThatWaitsForItsPeerIsNotWaitedFor() throws Exception {
    try (TautlineServer server = server(Duration.ofSeconds(10), Reading.class);
        JdkClient client = new JdkClient(server.port(), "/stop/reading")) {
      client.socket().sendBinary(java.nio.ByteBuffer.allocate(10), false).join();
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
      client.expect("close 1001 the server is stopping");
      closed.get(9, TimeUnit.SECONDS);
      assertThat(CLOSED).hasValue(1);
    }
  }

  /** Blocks whatever it is called for. */
  @Endpoint("/stop/blocking")
  public static class Blocking {
    @OnMessage
    void block(String text) throws InterruptedException {
      begun.countDown();
      over.await();
    }

    @OnClose
    void close() throws InterruptedException {
      CLOSED.incrementAndGet();
      over.await();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 60})
  void everyOnCloseIsCalledThoughEachBlocks(int clients) throws Exception {
    List<JdkClient> all = new ArrayList<>();
    try (TautlineServer server = server(Duration.ofMillis(100), Blocking.class)) {
      int port = server.port();
      for (int i = 0; i < clients; i++) {
        all.add(new JdkClient(port, "/stop/blocking"));
      }
      CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
      closed.get(20, TimeUnit.SECONDS);
      assertThat(CLOSED).hasValue(clients);
      portIsFree(port);
    } finally {
      over.countDown();
      all.forEach(JdkClient::close);
    }
  }

  @Test
  void aServerWhoseHandlersNeverReturnFreesItsPortAndEndsItsConnections() throws Exception {
    List<JdkClient> all = new ArrayList<>();
    try (TautlineServer server = server(Duration.ofMillis(100), Blocking.class)) {
      int port = server.port();
      for (int i = 0; i < 5; i++) {
        all.add(new JdkClient(port, "/stop/blocking").send("x"));
      }
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      CompletableFuture.runAsync(server::close).get(20, TimeUnit.SECONDS);
      portIsFree(port);
      for (JdkClient client : all) {
        assertThat(client.next()).as("cut off").matches("error .*|close 1006 .*");
      }
    } finally {
      over.countDown();
      all.forEach(JdkClient::close);
    }
  }

  /** Serves. */
  static final class Serves {
    private Serves() {}

    public static void main(String[] args) throws Exception {
      System.out.println("main");
      io.tautline.boot.Tautline.main(new String[] {"--port", args[0]});
    }
  }

  @TempDir private Path classes;

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0)) {
      return any.getLocalPort();
    }
  }

  /** From the first word of the program on, at any time, and as soon as the port is open. */
  @ParameterizedTest
  @ValueSource(ints = {0, 100, 200, 300, -1})
  void aSignalAtAnyMomentEndsTheProcessWithZero(int millis) throws Exception {
    int port = freePort();
    Application application = new Application(classes, Serves.class);
    Process process = application.start(Serves.class, Integer.toString(port));
    BufferedReader out = process.inputReader();
    StringBuilder said = new StringBuilder(out.readLine());
    if (millis < 0) {
      while (process.isAlive() && !opens(port)) {
        Thread.onSpinWait();
      }
    } else {
      new CompletableFuture<Void>().completeOnTimeout(null, millis, TimeUnit.MILLISECONDS).join();
    }
    process.toHandle().destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    out.lines().forEach(line -> said.append('\n').append(line));
    assertThat(said.toString()).doesNotContain("Exception");
    if (millis < 0) {
      assertThat(process.exitValue()).as(said.toString()).isZero();
    } else {
      assertThat(process.exitValue()).as("143 before anything of ours has run").isIn(0, 143);
    }
  }

  private static boolean opens(int port) {
    try (RawSocket socket = new RawSocket(port)) {
      socket.send("GET / HTTP/1.1\r\n".getBytes(US_ASCII));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
