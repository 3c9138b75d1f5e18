package io.tautline.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.Coalesced;
import io.tautline.Endpoint;
import io.tautline.Room;
import io.tautline.SlowConsumer;
import io.tautline.boot.TautlineServer;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a room's messages for a member that does not read. */
class SlowConsumerTest {
  private static final int MESSAGES = 2000;
  private static final String PADDING = "x".repeat(8000);
  private static final AtomicReference<Room> ROOM = new AtomicReference<>();
  private static volatile CountDownLatch joined = new CountDownLatch(1);

  /** One of many; each third one is about the same. */
  public record Tick(int n, String padding) implements Coalesced {
    @Override
    public Object coalescingKey() {
      return n % 3;
    }
  }

  /** Joins its room. */
  public abstract static class Member {
    private final Room room;

    Member(Room room) {
      this.room = room;
    }

    @OnOpen
    void open(Session session) {
      room.join(session);
      ROOM.set(room);
      joined.countDown();
    }
  }

  /** Closes. */
  @Endpoint(value = "/slow/close", maxQueuedMessages = 4)
  public static class Closing extends Member {
    @Inject
    Closing(@Named("close") Room room) {
      super(room);
    }
  }

  /** Drops the new. */
  @Endpoint(value = "/slow/new", maxQueuedMessages = 4, slowConsumer = SlowConsumer.DROP_NEW)
  public static class DroppingNew extends Member {
    @Inject
    DroppingNew(@Named("new") Room room) {
      super(room);
    }
  }

  /** Drops the old. */
  @Endpoint(value = "/slow/old", maxQueuedBytes = 40_000, slowConsumer = SlowConsumer.DROP_OLDEST)
  public static class DroppingOld extends Member {
    @Inject
    DroppingOld(@Named("old") Room room) {
      super(room);
    }
  }

  /** Keeps the newest of each kind. */
  @Endpoint(value = "/slow/coalesce", slowConsumer = SlowConsumer.COALESCE)
  public static class Coalescing extends Member {
    @Inject
    Coalescing(@Named("coalesce") Room room) {
      super(room);
    }
  }

  /** Waits. */
  @Endpoint(value = "/slow/block", maxQueuedBytes = 40_000, slowConsumer = SlowConsumer.BLOCK)
  public static class Blocking extends Member {
    @Inject
    Blocking(@Named("block") Room room) {
      super(room);
    }
  }

  @BeforeEach
  void clear() {
    joined = new CountDownLatch(1);
  }

  /** A client that reads when it is told to. */
  private static final class Reader implements AutoCloseable {
    private final Socket socket = new Socket();
    private final DataInputStream in;

    Reader(TautlineServer server, String path) throws Exception {
      socket.setReceiveBufferSize(16 * 1024);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      socket
          .getOutputStream()
          .write(
              ("GET "
                      + path
                      + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                      + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                      + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      assertThat(joined.await(10, TimeUnit.SECONDS)).isTrue();
      String head = "";
      while (!head.endsWith("\r\n\r\n")) {
        head += (char) in.readUnsignedByte();
      }
    }

    /** Returns the numbers that arrive up to the one, or up to the end of the connection. */
    List<Integer> readTo(int last) throws IOException {
      List<Integer> numbers = new ArrayList<>();
      try {
        while (numbers.isEmpty() || numbers.get(numbers.size() - 1) != last) {
          int opcode = in.readUnsignedByte() & 0xf;
          int length = in.readUnsignedByte();
          byte[] payload = new byte[length < 126 ? length : in.readUnsignedShort()];
          in.readFully(payload);
          if (opcode == 1) {
            String text = new String(payload, StandardCharsets.UTF_8);
            numbers.add(Integer.valueOf(text.replaceAll("^\\{\"n\":(\\d+).*$", "$1")));
          } else if (opcode == 8) {
            numbers.add(-((payload[0] & 0xff) << 8 | (payload[1] & 0xff)));
          }
        }
      } catch (EOFException e) {
        // all there is
      }
      return numbers;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static void sendAll() {
    for (int n = 0; n < MESSAGES; n++) {
      ROOM.get().send(new Tick(n, PADDING));
    }
  }

  private static List<Integer> upTo(int n) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      all.add(i);
    }
    return all;
  }

  @Test
  void closeSaysSoWith1008() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Closing.class);
        Reader reader = new Reader(server, "/slow/close")) {
      sendAll();
      List<Integer> got = reader.readTo(-1008);
      assertThat(got.get(got.size() - 1)).isEqualTo(-1008);
      assertThat(got.subList(0, got.size() - 1)).isEqualTo(upTo(got.size() - 1));
      assertThat(got.size()).isLessThan(MESSAGES);
    }
  }

  @Test
  void dropNewKeepsTheFirst() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, DroppingNew.class);
        Reader reader = new Reader(server, "/slow/new")) {
      sendAll();
      CompletableFuture<List<Integer>> reading =
          CompletableFuture.supplyAsync(() -> read(reader, MESSAGES));
      while (!reading.isDone()) { // until one finds room
        ROOM.get().send(new Tick(MESSAGES, ""));
        Thread.onSpinWait();
      }
      List<Integer> got = reading.get(10, TimeUnit.SECONDS);
      assertThat(got).startsWith(0, 1, 2, 3).isSorted().doesNotHaveDuplicates();
      assertThat(got).hasSizeLessThan(MESSAGES);
    }
  }

  private static List<Integer> read(Reader reader, int last) {
    try {
      return reader.readTo(last);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void dropOldestKeepsTheLast() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, DroppingOld.class);
        Reader reader = new Reader(server, "/slow/old")) {
      sendAll();
      List<Integer> got = reader.readTo(MESSAGES - 1);
      assertThat(got).hasSizeLessThan(MESSAGES).isSorted().doesNotHaveDuplicates();
      assertThat(got.subList(got.size() - 3, got.size()))
          .containsExactly(MESSAGES - 3, MESSAGES - 2, MESSAGES - 1);
    }
  }

  @Test
  void coalesceKeepsTheLastOfEachKey() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Coalescing.class);
        Reader reader = new Reader(server, "/slow/coalesce")) {
      sendAll();
      // While one is being written, the next of its key waits behind the others, even behind the
      // last.
      List<Integer> lastOfEach = List.of(MESSAGES - 3, MESSAGES - 2, MESSAGES - 1);
      List<Integer> got = new ArrayList<>();
      for (int last : lastOfEach) {
        if (!got.contains(last)) {
          got.addAll(reader.readTo(last));
        }
      }
      assertThat(got).hasSizeLessThan(MESSAGES).doesNotHaveDuplicates();
      assertThat(got.subList(got.size() - 3, got.size()))
          .containsExactlyInAnyOrderElementsOf(lastOfEach);
    }
  }

  @Test
  void blockLosesNothing() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Blocking.class);
        Reader reader = new Reader(server, "/slow/block")) {
      CompletableFuture<Void> sending = CompletableFuture.runAsync(SlowConsumerTest::sendAll);
      assertThat(reader.readTo(MESSAGES - 1)).isEqualTo(upTo(MESSAGES));
      sending.get(10, TimeUnit.SECONDS);
    }
  }
}
