package io.tautline.tests;

import io.tautline.boot.TautlineServer;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * A program: sends a message of a gibibyte each way between a server and a client in one process,
 * and prints what arrived. Run with a heap that could not hold a tenth of it.
 */
public final class Gibibyte {
  static final long BYTES = 1L << 30;

  private Gibibyte() {}

  /** Counts and sums what a stream holds. */
  static String sum(InputStream message) throws IOException {
    CRC32C sum = new CRC32C();
    byte[] buffer = new byte[32 * 1024];
    long bytes = 0;
    for (int n = message.read(buffer); n >= 0; n = message.read(buffer)) {
      sum.update(buffer, 0, n);
      bytes += n;
    }
    return bytes + " bytes, " + Long.toHexString(sum.getValue());
  }

  /** Writes the message and returns what should arrive. */
  static String write(OutputStream message) throws IOException {
    CRC32C sum = new CRC32C();
    byte[] chunk = new byte[64 * 1024];
    for (long sent = 0; sent < BYTES; sent += chunk.length) {
      for (int i = 0; i < chunk.length; i += 512) {
        chunk[i] = (byte) (sent + i * 31L);
      }
      sum.update(chunk, 0, chunk.length);
      message.write(chunk);
    }
    message.close();
    return BYTES + " bytes, " + Long.toHexString(sum.getValue());
  }

  /** Tells what it received, and sends as much on request. */
  @ServerEndpoint("/gibibyte")
  public static class Server {
    @OnMessage
    public String receive(InputStream message) throws IOException {
      return sum(message);
    }

    @OnMessage
    public String send(String request, Session session) throws IOException {
      return write(session.getBasicRemote().getSendStream());
    }
  }

  /** Remembers what it received and was told. */
  private static final class Client extends Endpoint {
    final CompletableFuture<String> received = new CompletableFuture<>();
    final CompletableFuture<String> told = new CompletableFuture<>();

    @Override
    public void onOpen(Session session, EndpointConfig config) {
      session.addMessageHandler(
          new MessageHandler.Whole<InputStream>() {
            @Override
            public void onMessage(InputStream message) {
              try {
                received.complete(sum(message));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          });
      session.addMessageHandler(String.class, told::complete);
    }
  }

  /** Runs both directions. */
  public static void main(String[] args) throws Exception {
    try (TautlineServer server = TautlineServer.builder().port(0).endpoints(Server.class).start()) {
      URI uri = URI.create("ws://localhost:" + server.port() + "/gibibyte");
      ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
      Client up = new Client();
      Session session = server.container().connectToServer(up, config, uri);
      String sent = write(session.getBasicRemote().getSendStream());
      System.out.println("up " + up.told.get(5, TimeUnit.MINUTES).equals(sent) + " " + sent);

      Client down = new Client();
      Session other = server.container().connectToServer(down, config, uri);
      other.getBasicRemote().sendText("send");
      String received = down.received.get(5, TimeUnit.MINUTES);
      System.out.println(
          "down " + received.equals(down.told.get(5, TimeUnit.MINUTES)) + " " + received);
    }
  }
}
