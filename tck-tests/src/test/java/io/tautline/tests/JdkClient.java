package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that nobody here wrote: the JDK's own, with its events in a queue. */
public final class JdkClient implements WebSocket.Listener, AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final Semaphore pings = new Semaphore(0);
  private final StringBuilder text = new StringBuilder();
  private final WebSocket socket;

  /** Connects, and waits until the handshake is over. */
  public JdkClient(int port, String path, String... subprotocols) {
    this(port, path, Map.of(), subprotocols);
  }

  /** Connects with headers. */
  public JdkClient(int port, String path, Map<String, String> headers, String... subprotocols) {
    WebSocket.Builder builder = HTTP.newWebSocketBuilder();
    headers.forEach(builder::header);
    if (subprotocols.length > 0) {
      String[] more = Arrays.copyOfRange(subprotocols, 1, subprotocols.length);
      builder.subprotocols(subprotocols[0], more);
    }
    socket = builder.buildAsync(URI.create("ws://localhost:" + port + path), this).join();
  }

  /** Returns the socket itself. */
  public WebSocket socket() {
    return socket;
  }

  /** Sends a text. */
  public JdkClient send(String message) {
    socket.sendText(message, true).join();
    return this;
  }

  /**
   * Waits for the next event: {@code text …}, {@code binary n}, {@code pong n}, {@code close …}.
   */
  public void expect(String event) throws InterruptedException {
    assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo(event);
  }

  /** Waits for the next event. */
  public String next() throws InterruptedException {
    return String.valueOf(events.poll(10, TimeUnit.SECONDS));
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      events.add("text " + text);
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    events.add("binary " + data.remaining());
    from.request(1);
    return null;
  }

  /** Waits for another Ping, which is answered. */
  public void expectPing() throws InterruptedException {
    pings.drainPermits();
    assertThat(pings.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer data) {
    pings.release();
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer data) {
    events.add("pong " + data.remaining());
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    events.add("close " + code + " " + reason);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    events.add("error " + error);
  }

  /** Returns the status, body and headers with which a connection is refused. */
  public static HttpResponse<?> refusal(int port, String path, Map<String, String> headers) {
    try (JdkClient client = new JdkClient(port, path, headers)) {
      throw new AssertionError("connected: " + client.socket());
    } catch (CompletionException e) {
      return ((WebSocketHandshakeException) e.getCause()).getResponse();
    }
  }

  @Override
  public void close() {
    socket.abort();
  }
}
