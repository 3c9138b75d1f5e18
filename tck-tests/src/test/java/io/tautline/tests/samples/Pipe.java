package io.tautline.tests.samples;

import io.tautline.channel.ClientDial;
import io.tautline.channel.WebSocketChannel;
import io.tautline.handshake.HandshakeException;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A running gateway with named pipes in a folder. */
final class Pipe implements AutoCloseable {
  final SampleProcess process;
  final int port;
  final Path in;
  final Path out;

  Pipe(Path folder, String... options) throws IOException, InterruptedException {
    in = folder.resolve("in.fifo");
    out = folder.resolve("out.fifo");
    List<String> all =
        new ArrayList<>(List.of("--pipein", in.toString(), "--pipeout", out.toString()));
    all.addAll(List.of(options));
    if (all.stream().noneMatch(option -> option.startsWith("--port"))) {
      all.addAll(List.of("--port", "0"));
    }
    process = new SampleProcess("pipe", all.toArray(String[]::new));
    port = Integer.parseInt(process.awaitError("pipe on wss?://\\S+:(\\d+)$"));
    if (!List.of(options).contains("--stdin") && !List.of(options).contains("--std")) {
      process.awaitError("in " + in);
    }
  }

  /** Opens the pipe-in as a program does, for one piece. */
  void write(byte[] bytes) throws IOException {
    try (FileOutputStream pipe = new FileOutputStream(in.toFile())) {
      pipe.write(bytes);
    }
  }

  void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Opens the pipe-out as a program does. */
  InputStream read() throws IOException {
    return read(out);
  }

  /** Opens a pipe for reading; the buffer because {@code FileInputStream.readNBytes} seeks. */
  static InputStream read(Path pipe) throws IOException {
    return new BufferedInputStream(new FileInputStream(pipe.toFile()));
  }

  /** Reads from the pipe-out in another thread. */
  CompletableFuture<byte[]> readLater(int bytes) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (InputStream pipe = read()) {
            return pipe.readNBytes(bytes);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        },
        task -> new Thread(task, "reader").start());
  }

  WebSocketChannel connect() throws IOException, HandshakeException {
    return new ClientDial().dial(URI.create("ws://localhost:" + port + "/"));
  }

  /** Returns a strict packet. */
  static byte[] packet(int client, int type, byte[] payload) {
    return ByteBuffer.allocate(12 + payload.length)
        .putInt(client)
        .putInt(type)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  static byte[] packet(int client, int type, String payload) {
    return packet(client, type, payload.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] join(byte[]... parts) {
    ByteBuffer all =
        ByteBuffer.allocate(java.util.Arrays.stream(parts).mapToInt(p -> p.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  /** A request without more than it needs. */
  static final String UPGRADE =
      "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

  /** Returns a client that has been let in and reads through a small window. */
  static Socket upgraded(int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new java.net.InetSocketAddress("localhost", port));
    socket.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
    head(socket);
    return socket;
  }

  /** Reads the head of an answer. */
  static String head(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    return head.toString();
  }

  @Override
  public void close() {
    process.close();
  }
}
