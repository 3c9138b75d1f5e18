package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tautline.boot.TautlineServer;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a message costs the garbage collector, once the code is compiled. */
class AllocationTest {
  private static final int BURST = 100;
  private static final int STRING = 24;
  private static final int ARRAY = 16;

  /** The endpoint that the comparison with other servers uses. */
  @ServerEndpoint("/allocation")
  public static class Echo {
    /** Echoes. */
    @OnMessage
    public String text(String text) {
      return text;
    }
  }

  /** A String and its array on the way in, the array on the way out. */
  @Test
  void aTextEchoAllocatesItsStringAndTheArraysAlone() throws Exception {
    assertThat(allocatedByAnEchoOf(125)).isLessThanOrEqualTo(STRING + 2 * (ARRAY + 128) + 32);
  }

  /** Since Java 22 it needs no array on the way out. */
  @Test
  void anEchoOfALongTextAllocatesNoMore() throws Exception {
    int arrays = Runtime.version().feature() < 22 ? 2 : 1;
    assertThat(allocatedByAnEchoOf(8192))
        .isLessThanOrEqualTo(STRING + arrays * (ARRAY + 8192) + 1024);
  }

  /** Returns bytes; what a turn costs is shared by the messages of a burst. */
  private static long allocatedByAnEchoOf(int size) throws Exception {
    try (TautlineServer server =
            TautlineServer.builder().port(0).loops(1).endpoints(Echo.class).start();
        Socket socket = upgraded(server.port())) {
      byte[] burst = burst(size);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      echo(socket, in, burst, size, 1000);
      long best = Long.MAX_VALUE;
      for (int attempt = 0; attempt < 10; attempt++) {
        long before = allocated();
        echo(socket, in, burst, size, 100);
        best = Math.min(best, (allocated() - before) / (100 * BURST));
      }
      return best;
    }
  }

  /** Returns the bytes that the server's threads have allocated so far. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] ours =
        Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
            .filter(thread -> thread != null && thread.getThreadName().matches("tautline-\\d+"))
            .mapToLong(thread -> thread.getThreadId())
            .toArray();
    return Arrays.stream(threads.getThreadAllocatedBytes(ours)).sum();
  }

  /** Returns a hundred masked text frames; the key is zero, so the payload is what it is. */
  private static byte[] burst(int size) {
    ByteBuffer burst = ByteBuffer.allocate(BURST * (8 + size));
    byte[] payload = new byte[size];
    Arrays.fill(payload, (byte) 'x');
    for (int i = 0; i < BURST; i++) {
      burst.put((byte) 0x81);
      if (size < 126) {
        burst.put((byte) (0x80 | size));
      } else {
        burst.put((byte) (0x80 | 126)).putShort((short) size);
      }
      burst.putInt(0).put(payload);
    }
    return Arrays.copyOf(burst.array(), burst.position());
  }

  private static void echo(Socket socket, DataInputStream in, byte[] burst, int size, int times)
      throws IOException {
    byte[] back = new byte[BURST * ((size < 126 ? 2 : 4) + size)];
    for (int i = 0; i < times; i++) {
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(
              () -> {
                try {
                  socket.getOutputStream().write(burst);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      in.readFully(back);
      sent.join();
    }
    assertThat(back[back.length - 1]).isEqualTo((byte) 'x');
  }

  private static Socket upgraded(int port) throws IOException {
    Socket socket = new Socket("localhost", port);
    String upgrade =
        "GET /allocation HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.getOutputStream().write(upgrade.getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    return socket;
  }
}
