package io.tautline.connection;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A peer that speaks bytes: sends what a test says and returns what the server sends. */
final class RawPeer implements AutoCloseable {
  static final String UPGRADE =
      "GET /raw HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

  private final Socket socket = new Socket();

  RawPeer(int port) throws IOException {
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
  }

  static RawPeer upgraded(int port) throws IOException {
    RawPeer peer = new RawPeer(port);
    peer.send(UPGRADE);
    peer.head();
    return peer;
  }

  Socket socket() {
    return socket;
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes given as hex, with whatever else between the digits. */
  void sendHex(String hex) throws IOException {
    socket.getOutputStream().write(HexFormat.of().parseHex(hex.replaceAll("[^0-9a-f]", "")));
  }

  /** Returns what comes up to and with the empty line. */
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = socket.getInputStream().read();
      if (b < 0) {
        throw new EOFException("after: " + head);
      }
      head.append((char) b);
    }
    return head.toString();
  }

  /** Returns the next bytes as hex. */
  String read(int bytes) throws IOException {
    byte[] read = socket.getInputStream().readNBytes(bytes);
    return HexFormat.of().formatHex(read);
  }

  /** Returns everything up to the end of the stream as hex. */
  String readToEnd() throws IOException {
    return HexFormat.of().formatHex(socket.getInputStream().readAllBytes());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
