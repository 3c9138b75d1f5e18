package io.tautline.tests.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import io.tautline.protocol.Opcode;
import jakarta.websocket.OnMessage;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
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
        RawSocket peer = new RawSocket(server.port())) {
      peer.send(
          AbuseCase.request("").replace("/abuse", "/much").getBytes(StandardCharsets.US_ASCII));
      assertThat(peer.status()).isEqualTo(101);
      long asked = System.nanoTime();
      peer.send(within("200"));
      SendResult late = RESULTS.poll(10, TimeUnit.SECONDS);
      assertThat(late.isOK()).isFalse();
      assertThat(late.getException()).hasMessage("not sent within 200 ms");
      assertThat(System.nanoTime() - asked).isGreaterThanOrEqualTo(200_000_000);

      assertThat(peer.closedBefore(Opcode.BINARY)).as("it came, whole").isEmpty();
      peer.send(within("8000")); // and read at once
      assertThat(peer.closedBefore(Opcode.BINARY)).isEmpty();
      assertThat(RESULTS.poll(10, TimeUnit.SECONDS).isOK()).isTrue();
      assertThat(RESULTS).as("told once of each").isEmpty();
    }
  }

  private static byte[] within(String millis) {
    return RawSocket.frame(0x81, millis.getBytes(StandardCharsets.US_ASCII));
  }
}
