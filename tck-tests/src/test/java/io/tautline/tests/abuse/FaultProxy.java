package io.tautline.tests.abuse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and a server, and does to one connection what networks do. */
final class FaultProxy implements AutoCloseable {
  /** What goes wrong. */
  enum Kind {
    /** Both ends are told that the connection was reset. */
    RESET,
    /** The receiver is told that nothing more comes; the other direction goes on. */
    END,
    /** Nothing more is taken in that direction. */
    STALL,
    /** Everything that is sent, either way, is taken and lost. */
    BLACK_HOLE,
    NOTHING
  }

  /**
   * A fault of one connection.
   *
   * @param toServer in which direction bytes are counted
   * @param at after how many bytes it happens, when there is one more
   */
  record Fault(Kind kind, boolean toServer, int at) {
    static final Fault NONE = new Fault(Kind.NOTHING, true, Integer.MAX_VALUE);
  }

  /**
   * How bytes that do arrive are cut.
   *
   * @param most most bytes that are passed on at once
   * @param delayMicros pause after each
   */
  record Cut(int most, int delayMicros) {
    static final Cut NONE = new Cut(4096, 0);
  }

  private final ServerSocket listener;
  private final int serverPort;
  private final Fault fault;
  private final Cut cut;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger toServer = new AtomicInteger();
  private final AtomicInteger toClient = new AtomicInteger();
  private volatile boolean hole;
  private volatile boolean happened;

  FaultProxy(int serverPort, Fault fault, Cut cut) throws IOException {
    this.serverPort = serverPort;
    this.fault = fault;
    this.cut = cut;
    this.listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    start(this::connect);
  }

  /** Something that may end by an exception when the proxy is closed. */
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // an end of the connection, or of the proxy
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Returns whether the fault has come about. */
  boolean happened() {
    return happened;
  }

  /** Returns how many bytes have been passed on in that direction. */
  int passed(boolean towardsServer) {
    return (towardsServer ? toServer : toClient).get();
  }

  private void connect() throws IOException {
    Socket client = listener.accept();
    sockets.add(client);
    Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
    sockets.add(server);
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    start(() -> pump(client, server, true));
    start(() -> pump(server, client, false));
  }

  private void pump(Socket from, Socket to, boolean towardsServer)
      throws IOException, InterruptedException {
    AtomicInteger passed = towardsServer ? toServer : toClient;
    SplittableRandom random = new SplittableRandom(cut.most);
    byte[] bytes = new byte[4096];
    int most = fault.toServer == towardsServer ? fault.at : Integer.MAX_VALUE;
    while (true) {
      int count = from.getInputStream().read(bytes);
      if (count < 0) {
        to.shutdownOutput();
        return;
      }
      int fine = hole ? 0 : Math.min(count, most - passed.get());
      for (int at = 0; at < fine; ) {
        int piece = Math.min(fine - at, 1 + random.nextInt(cut.most));
        to.getOutputStream().write(bytes, at, piece);
        at += piece;
        passed.addAndGet(piece);
        if (cut.delayMicros > 0) {
          Thread.sleep(cut.delayMicros / 1000, cut.delayMicros % 1000 * 1000);
        }
      }
      if (fine < count && !hole) {
        happened = true;
        switch (fault.kind) {
          case RESET -> {
            for (Socket socket : List.of(from, to)) {
              socket.setSoLinger(true, 0);
              socket.close();
            }
            return;
          }
          case END -> {
            to.shutdownOutput();
            return;
          }
          case STALL -> closed.await();
          case BLACK_HOLE -> hole = true;
          case NOTHING -> throw new IllegalStateException("no fault was asked for");
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    closed.countDown();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
