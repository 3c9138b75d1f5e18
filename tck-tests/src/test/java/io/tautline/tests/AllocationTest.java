package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tautline.boot.TautlineServer;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a message costs the garbage collector, once the code is compiled. */
class AllocationTest {
  private static final int SIZE = 125;
  private static final int BURST = 100;

  /** A String and its array on the way in, the array on the way out; each with its header. */
  private static final long STRING_AND_ARRAYS = 24 + 2 * (16 + 128);

  /** The endpoint that the comparison with other servers uses. */
  @ServerEndpoint("/allocation")
  public static class Echo {
    /** Echoes. */
    @OnMessage
    public String text(String text) {
      return text;
    }
  }

  @Test
  void aTextEchoAllocatesItsStringAndTheArraysAlone() throws Exception {
    try (TautlineServer server =
            TautlineServer.builder().port(0).loops(1).endpoints(Echo.class).start();
        Socket socket = upgraded(server.port())) {
      byte[] burst = burst();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      echo(socket, in, burst, 1000);
      long best = Long.MAX_VALUE;
      for (int attempt = 0; attempt < 10 && best > STRING_AND_ARRAYS + 32; attempt++) {
        long before = allocated();
        echo(socket, in, burst, 100);
        best = Math.min(best, (allocated() - before) / (100 * BURST));
      }
      // What a turn costs is shared by the messages of a burst.
      assertThat(best).isLessThanOrEqualTo(STRING_AND_ARRAYS + 32);
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
  private static byte[] burst() {
    byte[] frame = new byte[6 + SIZE];
    frame[0] = (byte) 0x81;
    frame[1] = (byte) (0x80 | SIZE);
    Arrays.fill(frame, 6, frame.length, (byte) 'x');
    byte[] burst = new byte[BURST * frame.length];
    for (int i = 0; i < BURST; i++) {
      System.arraycopy(frame, 0, burst, i * frame.length, frame.length);
    }
    return burst;
  }

  private static void echo(Socket socket, DataInputStream in, byte[] burst, int times)
      throws IOException {
    byte[] back = new byte[BURST * (2 + SIZE)];
    for (int i = 0; i < times; i++) {
      socket.getOutputStream().write(burst);
      in.readFully(back);
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
