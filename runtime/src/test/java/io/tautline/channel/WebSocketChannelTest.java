package io.tautline.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tautline.deflate.DeflateOptions;
import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.Headers;
import io.tautline.handshake.RequestHead;
import io.tautline.protocol.Frame;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.PreparedFrame;
import io.tautline.protocol.ProtocolException;
import io.tautline.protocol.Role;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server and client over a channel in memory. */
class WebSocketChannelTest {
  private static final URI URI_ = URI.create("ws://example.org/path?q=1");

  private Duplex[] ends;

  @BeforeEach
  void open() throws IOException {
    ends = Duplex.pair();
  }

  @AfterEach
  void close() throws IOException {
    ends[0].close();
    ends[1].close();
  }

  /** Runs one side in a thread of its own. */
  private interface Side<T> {
    T run() throws Exception;
  }

  private static <T> CompletableFuture<T> async(Side<T> side) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(side.run());
              } catch (Throwable t) {
                result.completeExceptionally(t);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  /** Sends back every message until the peer closes; returns the code. */
  private static int echo(WebSocketChannel channel) throws Exception {
    for (int kind = channel.read(); kind != Opcode.CLOSE; kind = channel.read()) {
      channel.write(kind, true, channel.array(), channel.from(), channel.to());
    }
    return channel.cause().code();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void messagesComeBackAndTheClosingHandshakeIsHeld(boolean compressed) throws Exception {
    DeflateOptions options = compressed ? new DeflateOptions(true, 10, -1, 0) : null;
    CompletableFuture<Integer> server =
        async(() -> echo(new ServerUpgrade(List.of(), options, 1 << 20).upgrade(ends[0])));
    WebSocketChannel client =
        new ClientDial(List.of(), Headers.NONE, options, 1 << 20).dial(URI_, ends[1]);
    for (int size : new int[] {0, 1, 125, 126, 65_535, 65_536, 300_000}) {
      String text = "é".repeat(size / 2);
      CompletableFuture<Void> written =
          async(
              () -> {
                client.writeText(text);
                return null;
              });
      assertThat(client.read()).isEqualTo(Opcode.TEXT);
      assertThat(client.text()).isEqualTo(text);
      get(written);
    }
    client.ping(new byte[] {1});
    client.write(Opcode.BINARY, false, new byte[] {1, 2}, 0, 2);
    client.write(Opcode.CONTINUATION, true, new byte[] {3}, 0, 1);
    assertThat(client.read()).isEqualTo(Opcode.BINARY);
    assertThat(client.bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    client.close(4321, "bye");
    assertThat(client.read()).isEqualTo(Opcode.CLOSE);
    assertThat(get(server)).isEqualTo(4321);
    assertThatThrownBy(() -> client.writeText("late")).isInstanceOf(IOException.class);
  }

  @Test
  void aMessageStaysWhileOthersAreWritten() throws Exception {
    DeflateOptions options = new DeflateOptions(true, 10, -1, 0);
    CompletableFuture<WebSocketChannel> server =
        async(() -> new ServerUpgrade(List.of(), options, 1 << 20).upgrade(ends[0]));
    WebSocketChannel client =
        new ClientDial(List.of(), Headers.NONE, options, 1 << 20).dial(URI_, ends[1]);
    get(server).writeText("what was said");
    assertThat(client.read()).isEqualTo(Opcode.TEXT);
    client.writeText("something else, from another thread perhaps");
    assertThat(client.text()).isEqualTo("what was said");
  }

  /** A channel whose peer, from some time on, takes nothing more. */
  private record Stalling(Duplex end, CountDownLatch stalled, CountDownLatch closed)
      implements ByteChannel {
    @Override
    public int read(ByteBuffer into) throws IOException {
      return end.read(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      if (from.remaining() < 1000) {
        return end.write(from);
      }
      stalled.countDown();
      try {
        closed.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      throw new ClosedChannelException();
    }

    @Override
    public boolean isOpen() {
      return end.isOpen();
    }

    @Override
    public void close() throws IOException {
      closed.countDown();
      end.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closingLetsGoOfThoseWhoReadAndWrite(boolean compressed) throws Exception {
    DeflateOptions options = compressed ? new DeflateOptions(true, 10, -1, 0) : null;
    CompletableFuture<WebSocketChannel> server =
        async(() -> new ServerUpgrade(List.of(), options, 1 << 20).upgrade(ends[0]));
    Stalling channel = new Stalling(ends[1], new CountDownLatch(1), new CountDownLatch(1));
    WebSocketChannel client =
        new ClientDial(List.of(), Headers.NONE, options, 1 << 20).dial(URI_, channel);
    get(server);
    byte[] noise = new byte[10_000];
    new Random(7455).nextBytes(noise);
    CompletableFuture<Void> writer =
        async(
            () -> {
              client.write(Opcode.BINARY, true, noise, 0, noise.length);
              return null;
            });
    CompletableFuture<Integer> reader = async(client::read);
    channel.stalled.await();
    get(
        async(
            () -> {
              client.close();
              return null;
            }));
    assertThatThrownBy(() -> get(writer)).hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(() -> get(reader)).hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(client::read).isInstanceOf(IOException.class);
  }

  @Test
  void everyStepOfAnUpgradeHasAWord() throws Exception {
    List<String> said = new ArrayList<>();
    ServerUpgrade upgrade =
        new ServerUpgrade(List.of("v2"), null, 100) {
          @Override
          protected void onRequestLine(String method, String target) {
            said.add(method + " " + target);
          }

          @Override
          protected void onHost(String host) {
            said.add(host);
          }

          @Override
          protected void onHeader(String name, String value) {
            if (name.startsWith("X-")) {
              said.add(name + "=" + value);
            }
          }

          @Override
          protected Headers beforeUpgrade(RequestHead head) {
            return Headers.of("X-Answer", "42");
          }
        };
    CompletableFuture<WebSocketChannel> server = async(() -> upgrade.upgrade(ends[0]));
    ClientDial dial =
        new ClientDial(List.of("v1", "v2"), Headers.of("X-A", "1", "Host", "other:81"), null, 100) {
          @Override
          protected void onStatus(int status, String reason) {
            said.add(status + " " + reason);
          }

          @Override
          protected void onHeader(String name, String value) {
            if (name.startsWith("X-") || name.endsWith("Protocol")) {
              said.add(name + "=" + value);
            }
          }
        };
    dial.dial(URI_, ends[1]);
    get(server);
    assertThat(said)
        .containsExactly(
            "GET /path?q=1",
            "other:81",
            "X-A=1",
            "101 Switching Protocols",
            "Sec-WebSocket-Protocol=v2",
            "X-Answer=42");
  }

  @Test
  void aCallbackRefusesWithStatusReasonAndHeaders() throws Exception {
    ServerUpgrade upgrade =
        new ServerUpgrade() {
          @Override
          protected void onHost(String host) throws RejectedException {
            throw new RejectedException(401, "who?", Headers.of("WWW-Authenticate", "Basic"));
          }
        };
    CompletableFuture<WebSocketChannel> server = async(() -> upgrade.upgrade(ends[0]));
    List<String> headers = new ArrayList<>();
    ClientDial dial =
        new ClientDial() {
          @Override
          protected void onHeader(String name, String value) {
            headers.add(name);
          }
        };
    HandshakeException fault =
        catchThrowableOfType(HandshakeException.class, () -> dial.dial(URI_, ends[1]));
    assertThat(fault.status()).isEqualTo(401);
    assertThat(headers).contains("WWW-Authenticate", "Content-Length");
    assertThatThrownBy(() -> get(server)).hasCauseInstanceOf(RejectedException.class);
  }

  @Test
  void aMalformedRequestIsAnswered() throws Exception {
    CompletableFuture<WebSocketChannel> server = async(() -> new ServerUpgrade().upgrade(ends[0]));
    HeadReader.write(ends[1], "GET / HTTP/1.1\nHost: a\n\n".getBytes(StandardCharsets.US_ASCII));
    HandshakeException fault =
        catchThrowableOfType(
            HandshakeException.class,
            () -> {
              int status = new HeadReader().response(ends[1]).status();
              throw new HandshakeException(status, "");
            });
    assertThat(fault.status()).isEqualTo(400);
    assertThatThrownBy(() -> get(server)).hasCauseInstanceOf(HandshakeException.class);
  }

  @Test
  void aPeerThatBreaksARuleIsToldAndThrown() throws Exception {
    WebSocketChannel server = new WebSocketChannel(ends[0], Role.SERVER, 100);
    HeadReader.write(ends[1], new byte[] {(byte) 0x81, 1, 'a'});
    ProtocolException fault = catchThrowableOfType(ProtocolException.class, server::read);
    assertThat(fault.code()).isEqualTo(1002);
    WebSocketChannel client = new WebSocketChannel(ends[1], Role.CLIENT, 100);
    assertThat(client.read()).isEqualTo(Opcode.CLOSE);
    assertThat(client.cause().code()).isEqualTo(1002);
  }

  @Test
  void preparedFramesAreWrittenAsTheyAre() throws Exception {
    WebSocketChannel server = new WebSocketChannel(ends[0], Role.SERVER, 100);
    WebSocketChannel client = new WebSocketChannel(ends[1], Role.CLIENT, 100);
    server.write(PreparedFrame.PING);
    server.write(PreparedFrame.of(Frame.text("once")));
    server.write(PreparedFrame.CLOSE_NORMAL);
    assertThat(client.read()).isEqualTo(Opcode.TEXT);
    assertThat(client.text()).isEqualTo("once");
    assertThat(client.read()).isEqualTo(Opcode.CLOSE);
  }

  @Test
  void readingAndWritingAllocateNothing() throws Exception {
    WebSocketChannel server = new WebSocketChannel(ends[0], Role.SERVER, 4096);
    WebSocketChannel client = new WebSocketChannel(ends[1], Role.CLIENT, 4096);
    byte[] payload = new byte[1000];
    converse(server, client, payload, 20_000); // until everything has been compiled
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    converse(server, client, payload, 10_000);
    long each = (threads.getThreadAllocatedBytes(thread) - before) / 10_000;
    assertThat(each).as("bytes allocated for a message there and back").isZero();
  }

  private static void converse(
      WebSocketChannel server, WebSocketChannel client, byte[] payload, int times)
      throws IOException, ProtocolException {
    for (int i = 0; i < times; i++) {
      client.write(Opcode.BINARY, true, payload, 0, payload.length);
      server.read();
      server.write(Opcode.BINARY, true, server.array(), server.from(), server.to());
      client.read();
    }
  }
}
