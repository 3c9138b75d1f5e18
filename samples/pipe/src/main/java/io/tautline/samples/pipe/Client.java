package io.tautline.samples.pipe;

import io.tautline.connection.Connection;
import io.tautline.connection.Listener;
import io.tautline.connection.OutgoingMessage;
import io.tautline.connection.Overflow;
import io.tautline.connection.Sent;
import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Opcode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** One WebSocket connection and what is on its way to it. */
final class Client implements Listener {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What a message takes beside its payload, about. */
  private static final int OVERHEAD = 64;

  private static final String TOO_SLOW = "slow consumer: messages are taken too slowly";

  private final Hub hub;
  private final Visitor visitor;
  private final Connection connection;
  private final Settings settings;

  /** Bytes given to {@link #deliver} that no turn has seen yet. */
  private int pending;

  private boolean gone;
  private final AtomicBoolean closing = new AtomicBoolean();

  Client(Hub hub, Visitor visitor, Connection connection, Settings settings) {
    this.hub = hub;
    this.visitor = visitor;
    this.connection = connection;
    this.settings = settings;
  }

  Visitor visitor() {
    return visitor;
  }

  /** Sends messages, all in one write if they fit; from any thread. */
  void deliver(List<OutgoingMessage> messages) {
    int bytes = messages.stream().mapToInt(message -> message.size() + OVERHEAD).sum();
    inTurn(
        bytes,
        () -> {
          for (OutgoingMessage message : messages) {
            if (connection.offer(message, Overflow.REFUSE, this, null) == Sent.NO_ROOM) {
              tooSlow();
            }
          }
        });
  }

  /** Sends a Ping. */
  void ping(byte[] payload) {
    inTurn(
        OVERHEAD + payload.length,
        () -> connection.send(null, Opcode.PING, true, payload, 0, payload.length, null));
  }

  /** Has something sent in the connection's turn, unless too much waits for that already. */
  private void inTurn(int bytes, Runnable send) {
    synchronized (this) {
      boolean full = pending > 0 && bytes > settings.maxQueueBytes() - pending;
      if (full && settings.slowClients() != SlowClients.WAIT) {
        tooSlow();
        return;
      }
      pending += bytes;
    }
    connection.call(
        () -> {
          try {
            send.run();
          } finally {
            taken(bytes);
          }
        });
  }

  private synchronized void taken(int bytes) {
    pending -= bytes;
    notifyAll();
  }

  private void tooSlow() {
    hub.tooSlow(visitor);
    if (settings.slowClients() != SlowClients.DROP && !closing.getAndSet(true)) {
      close(new ClosePayload(CloseCode.POLICY_VIOLATION, TOO_SLOW));
    }
  }

  /** Waits until nearly all has left that was given to {@link #deliver}. */
  void awaitTaken() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    synchronized (this) {
      while (pending > 0 && !gone && System.nanoTime() < end) {
        wait(1000);
      }
      if (pending > 0 && !gone) {
        tooSlow();
        return;
      }
    }
    if (!connection.awaitRoom(null, 0, PATIENCE)) {
      tooSlow();
    }
  }

  /** Begins the closing handshake, behind everything that was delivered before. */
  void close(ClosePayload payload) {
    connection.call(() -> connection.close(payload));
  }

  @Override
  public void opened() {}

  @Override
  public void text(byte[] bytes, int from, int to) {
    message(Opcode.TEXT, bytes, from, to);
  }

  @Override
  public void binary(byte[] bytes, int from, int to) {
    message(Opcode.BINARY, bytes, from, to);
  }

  private void message(int opcode, byte[] bytes, int from, int to) {
    if (!settings.echo()) {
      if (!hub.received(visitor, opcode, bytes, from, to)) {
        connection.close(
            new ClosePayload(CloseCode.TRY_AGAIN_LATER, "the program reads too slowly"));
      }
    } else if (connection.send(null, opcode, true, bytes, from, to, null) == Sent.NO_ROOM) {
      tooSlow();
    }
  }

  @Override
  public void part(int opcode, byte[] bytes, int from, int to, boolean last) {
    throw new IllegalStateException("nothing streams here");
  }

  @Override
  public void received() {}

  @Override
  public void pong(byte[] bytes, int from, int to) {}

  @Override
  public void closed(ClosePayload cause) {
    synchronized (this) {
      gone = true;
      notifyAll();
    }
    hub.left(this, cause);
  }
}
