package io.tautline.tests.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import jakarta.websocket.OnMessage;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code RemoteEndpoint.Async.setSendTimeout}, and a peer that does not read. */
class SendTimeoutTest {
  private static final int LONG = 16 << 20; // more than the buffers of both sockets take
  private static final BlockingQueue<SendResult> RESULTS = new LinkedBlockingQueue<>();

  /** Sends much, within as many milliseconds as it is told, and then says so. */
  @ServerEndpoint("/much")
  public static class Much {
    @OnMessage
    public void send(String millis, Session session) {
      session.getAsyncRemote().setSendTimeout(Long.parseLong(millis));
      session.getAsyncRemote().sendBinary(ByteBuffer.allocate(LONG), RESULTS::add);
    }
  }

  @BeforeEach
  void clear() {
    RESULTS.clear();
  }

  @Test
  void theSenderIsToldInTimeAndTheMessageStaysWhole() throws Exception {
    try (TautlineServer server = TautlineServer.builder().port(0).endpoints(Much.class).start();
        Socket peer = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      DataInputStream in = open(peer);
      long asked = System.nanoTime();
      say(peer, "200");
      SendResult late = RESULTS.poll(10, TimeUnit.SECONDS);
      assertThat(late.isOK()).isFalse();
      assertThat(late.getException()).hasMessage("not sent within 200 ms");
      assertThat(System.nanoTime() - asked).isGreaterThanOrEqualTo(200_000_000);

      readMuch(in);
      say(peer, "8000"); // and reads at once
      readMuch(in);
      assertThat(RESULTS.poll(10, TimeUnit.SECONDS).isOK()).isTrue();
      assertThat(RESULTS).as("told once of each").isEmpty();
    }
  }

  private static DataInputStream open(Socket peer) throws IOException {
    peer.setSoTimeout(10_000);
    peer.getOutputStream()
        .write(
            ("GET /much HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    DataInputStream in = new DataInputStream(peer.getInputStream());
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    assertThat(head).startsWith("HTTP/1.1 101 ");
    return in;
  }

  /** Sends a text, masked with zeros. */
  private static void say(Socket peer, String text) throws IOException {
    byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer frame = ByteBuffer.allocate(6 + payload.length);
    frame.put((byte) 0x81).put((byte) (0x80 | payload.length)).putInt(0).put(payload);
    peer.getOutputStream().write(frame.array());
  }

  private static void readMuch(DataInputStream in) throws IOException {
    assertThat(in.readUnsignedShort()).isEqualTo(0x827F);
    assertThat(in.readLong()).isEqualTo(LONG);
    in.skipNBytes(LONG);
  }
}
