package io.tautline.tests.samples;

import static io.tautline.tests.samples.Pipe.packet;
import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.channel.WebSocketChannel;
import io.tautline.protocol.Opcode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Much goes through the gateway, in a heap of 64 MiB, and nothing is lost. */
class PipeBulkTest {
  private static final int MESSAGES = 1600;
  private static final int MESSAGE_BYTES = 64 * 1024;

  @TempDir Path folder;

  @Test
  void aHundredMegabytesOfStrictPacketsComeInUnchanged() throws Exception {
    MessageDigest sent = MessageDigest.getInstance("SHA-256");
    MessageDigest got = MessageDigest.getInstance("SHA-256");
    try (Pipe pipe = new Pipe(folder, "--strict", "--slow-client", "wait");
        WebSocketChannel client = pipe.connect()) {
      CompletableFuture<Void> writing =
          later(
              () -> {
                Random random = new Random(1);
                try (OutputStream in = new FileOutputStream(pipe.in.toFile())) {
                  for (int i = 0; i < MESSAGES; i++) {
                    byte[] payload = new byte[MESSAGE_BYTES + i];
                    random.nextBytes(payload);
                    sent.update(payload);
                    in.write(packet(0, 2, payload));
                  }
                }
              });
      for (int i = 0; i < MESSAGES; i++) {
        assertThat(client.read()).isEqualTo(Opcode.BINARY);
        got.update(client.bytes());
      }
      writing.get(10, TimeUnit.SECONDS);
    }
    assertThat(got.digest()).isEqualTo(sent.digest());
  }

  @Test
  void aHundredMegabytesOfStrictPacketsGoOutUnchanged() throws Exception {
    MessageDigest sent = MessageDigest.getInstance("SHA-256");
    MessageDigest got = MessageDigest.getInstance("SHA-256");
    try (Pipe pipe = new Pipe(folder, "--strict");
        InputStream out = pipe.read();
        WebSocketChannel client = pipe.connect()) {
      assertThat(out.readNBytes(58)).hasSize(58);
      CompletableFuture<Void> writing =
          later(
              () -> {
                Random random = new Random(2);
                for (int i = 0; i < MESSAGES; i++) {
                  byte[] payload = new byte[MESSAGE_BYTES + i];
                  random.nextBytes(payload);
                  sent.update(payload);
                  client.write(Opcode.BINARY, true, payload, 0, payload.length);
                }
              });
      for (int i = 0; i < MESSAGES; i++) {
        ByteBuffer header = ByteBuffer.wrap(out.readNBytes(12));
        assertThat(header.getInt(0)).isEqualTo(1);
        assertThat(header.getInt(4)).isEqualTo(2);
        got.update(out.readNBytes(header.getInt(8)));
      }
      writing.get(10, TimeUnit.SECONDS);
    }
    assertThat(got.digest()).isEqualTo(sent.digest());
  }

  /** A task that may fail. */
  private interface Task {
    void run() throws IOException;
  }

  private static CompletableFuture<Void> later(Task task) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            task.run();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        },
        runnable -> new Thread(runnable, "writer").start());
  }

  @Test
  void tenThousandLinesASecondReachAHundredClients() throws Exception {
    int clients = 100;
    int lines = 20_000;
    byte[] expected = frames(lines);
    try (Pipe pipe = new Pipe(folder, "--lines");
        Selector selector = Selector.open()) {
      for (int i = 0; i < clients; i++) {
        SocketChannel socket = SocketChannel.open(new InetSocketAddress("localhost", pipe.port));
        upgrade(socket);
        socket.configureBlocking(false);
        socket.register(selector, SelectionKey.OP_READ, new int[1]);
      }
      CompletableFuture<Void> writing = later(() -> writeLines(pipe, lines));
      ByteBuffer buffer = ByteBuffer.allocate(1 << 18);
      for (int left = clients; left > 0; ) {
        assertThat(selector.select(10_000)).as("clients that wait: %d", left).isPositive();
        for (SelectionKey key : selector.selectedKeys()) {
          if (((SocketChannel) key.channel()).read(buffer.clear()) < 0) {
            throw new IOException("closed at " + ((int[]) key.attachment())[0]);
          }
          int[] at = (int[]) key.attachment();
          ByteBuffer wanted = ByteBuffer.wrap(expected, at[0], buffer.position());
          assertThat(buffer.flip()).isEqualTo(wanted);
          at[0] += buffer.limit();
          if (at[0] == expected.length) {
            left--;
            key.channel().close();
          }
        }
        selector.selectedKeys().clear();
      }
      writing.get(10, TimeUnit.SECONDS);
    }
  }

  private static byte[] line(int number) {
    return String.format("line %06d of the log%n", number).getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns every line as the frame in which it arrives. */
  private static byte[] frames(int lines) {
    int size = line(0).length - 1;
    ByteBuffer all = ByteBuffer.allocate(lines * (size + 2));
    for (int i = 0; i < lines; i++) {
      all.put((byte) 0x81).put((byte) size).put(line(i), 0, size);
    }
    return all.array();
  }

  /** Writes line by line, ten of them each millisecond, as programs that log do. */
  private static void writeLines(Pipe pipe, int lines) throws IOException {
    long begin = System.nanoTime();
    try (OutputStream in = new FileOutputStream(pipe.in.toFile())) {
      for (int i = 0; i < lines; i++) {
        in.write(line(i));
        if (i % 10 == 9) {
          LockSupport.parkNanos(begin + i * 100_000L - System.nanoTime());
        }
      }
    }
  }

  private static void upgrade(SocketChannel socket) throws IOException {
    socket.write(ByteBuffer.wrap(Pipe.UPGRADE.getBytes(StandardCharsets.US_ASCII)));
    ByteBuffer one = ByteBuffer.allocate(1);
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      socket.read(one.clear());
      head.append((char) one.get(0));
    }
    assertThat(head).startsWith("HTTP/1.1 101");
  }
}
