package io.tautline.connection;

import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.Role;
import io.tautline.transport.Carrier;
import io.tautline.transport.EventLoop;
import io.tautline.transport.Served;
import io.tautline.transport.Wire;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One socket, from its first byte to its last, for either role.
 *
 * <p>Sending and closing are safe from any thread; everything else happens in turns on the
 * connection's loop, see {@link Served}. What such a turn does is in {@link ServedSocket}.
 */
public final class Connection extends ServedSocket {
  private final Role role;

  /**
   * The habit of the handler that is being called; read by the loop that goes on without it. Not
   * volatile: what is seen late is a theft that counts for one handler or for none.
   */
  private @Nullable Habit calling;

  /** The habit of the handler called last, and how often in a row since a turn of it was stolen. */
  private @Nullable Habit lastCalled;

  private int callsInARow;

  Connection(EventLoop loop, Wire wire, Role role, Shared shared) {
    super(loop, wire, shared, role);
    this.role = role;
  }

  /** The handshake succeeded: frames from now on; during a turn. */
  void open(
      String path, @Nullable Compression compression, Function<Connection, Listener> listener) {
    if (compression != null) {
      outbound().compress(compression);
    }
    Listener standing = listener.apply(this);
    Open open = new Open(this, path, compression, loop().now());
    phase(open);
    open.begin(standing);
  }

  /** The client's socket is connected. */
  void connected() {
    interest(SelectionKey.OP_CONNECT, false);
    interest(SelectionKey.OP_READ, true);
  }

  /** Returns our role on this connection. */
  public Role role() {
    return role;
  }

  /**
   * Sends a whole message, a part of one, or a Ping or Pong. Messages of several senders are never
   * mixed.
   *
   * @param sender who sends a message part by part, the same object for each; null for a whole one
   * @param opcode see {@link Opcode}; that of the message also for its later parts
   * @param fin whether it ends its message
   * @param payload copied before this returns
   * @param completion told once when the socket has taken it, or why it has not; may be null; not
   *     told if nothing was taken
   */
  public Sent send(
      @Nullable Object sender,
      int opcode,
      boolean fin,
      byte[] payload,
      int from,
      int to,
      @Nullable Completion completion) {
    Sent sent = outbound().send(sender, fin, opcode, payload, from, to, completion);
    if (phase() instanceof Open open) {
      open.sent(System.nanoTime());
    }
    if (outbound().waiting()) {
      watchOutput();
    }
    return sent;
  }

  /**
   * Sends a whole message in the connection's own turn, if nothing stands before it: the short way
   * of an answer. It leaves when the turn ends.
   *
   * @param payload copied before this returns
   * @return false if nothing was sent, and {@link #send} is to be used
   */
  public boolean gather(int opcode, byte[] payload) {
    boolean gathered = outbound().gather(opcode, payload);
    if (gathered && phase() instanceof Open open) {
      open.sent(loop().now());
    }
    return gathered;
  }

  /**
   * Does the same with a text, which needs no array of its own if it is long and ASCII.
   *
   * @return false if nothing was sent, and its bytes are to be sent instead
   */
  public boolean gather(String text) {
    boolean gathered = outbound().gather(text);
    if (gathered && phase() instanceof Open open) {
      open.sent(loop().now());
    }
    return gathered;
  }

  /**
   * Sends a whole message in the connection's own turn, however much waits for the peer: the value
   * that a handler has returned. It waits for nothing, so that two peers that send to and answer
   * each other always make progress.
   *
   * @param payload not changed any more
   * @return false if nothing may be sent any more
   */
  public boolean reply(int opcode, byte[] payload) {
    boolean sent = outbound().reply(opcode, payload);
    if (sent && phase() instanceof Open open) {
      open.sent(loop().now());
    }
    if (outbound().waiting()) {
      watchOutput();
    }
    return sent;
  }

  /**
   * Sends a whole message that may push others out, or be pushed out by later ones, while it waits.
   *
   * @param key messages with equal keys are worth the same, see {@link Overflow#COALESCE}
   * @param completion told once, also if the message is dropped; may be null; not told for {@link
   *     Sent#NO_ROOM}
   */
  public Sent offer(
      OutgoingMessage message, Overflow overflow, Object key, @Nullable Completion completion) {
    boolean more = completion == null && overflow == Overflow.REFUSE;
    Sent sent = outbound().offer(message, overflow, key, completion, more);
    if (sent == Sent.IN_A_PARCEL) {
      loop().deliver(this);
    }
    if (phase() instanceof Open open) {
      open.sent(System.nanoTime());
    }
    if (outbound().waiting()) {
      watchOutput();
    }
    return sent;
  }

  /** Has other bounds hold from now on: those of its endpoint. During a turn. */
  public void limits(Limits own) {
    bound(own);
    if (phase() instanceof Open open) {
      open.limits(own);
    }
  }

  /**
   * Starts the closing handshake; later calls have no effect.
   *
   * @param payload with a code that may be sent (RFC 6455 §7.4), or none
   */
  public void close(ClosePayload payload) {
    if (outbound().close(payload)) {
      closing();
    }
  }

  /** Our Close is on its way. */
  private void closing() {
    wake();
    if (outbound().waiting()) {
      watchOutput();
    }
  }

  /**
   * Ends the connection because the server stops: with 1001 behind what the handler that is running
   * still sends and what waits to run in a turn, or with 503 if it is not open yet; on the loop. A
   * handler that waits for the peer is not waited for.
   */
  void stop(String why) {
    Phase at = phase(); // read once: a turn that was stolen may go on to the next meanwhile
    if (at instanceof Open) {
      ClosePayload away = new ClosePayload(CloseCode.GOING_AWAY, why);
      boolean busy = isBusy() || outbound().holdsMessages(); // compressing them may take long
      if (busy && !inbound().isAwaited()) {
        call(() -> close(away));
      } else if (outbound().closeAway(away)) {
        closing();
      }
    } else if (at instanceof ServerOpening opening) {
      opening.stop(why);
    } else {
      abort(why);
    }
  }

  /** Ends the connection at once, without a Close frame; on the loop. */
  void abort(String why) {
    outbound().abortAway(new IOException(why));
    wire().close();
    wake();
  }

  /**
   * A handler has promised an answer; in a turn. While {@link Limits#maxPendingAnswers} are
   * promised, the peer is not read.
   *
   * @return to be run once, from any thread, when the answer has been given or has failed
   */
  public Runnable answerPromised() {
    if (phase() instanceof Open open) {
      open.answerPromised();
      return open::answerGiven;
    }
    return () -> {};
  }

  /** Returns whether messages may still be sent. */
  public boolean isOpen() {
    return outbound().maySend();
  }

  /**
   * Blocks while more than {@link Limits#sendHighWater} bytes wait for the peer, or too many for
   * one more of {@code size}, or someone else is in the middle of a message. The loop goes on
   * without this thread.
   *
   * @return false if the time is over
   */
  public boolean awaitRoom(@Nullable Object sender, int size, Duration timeout)
      throws InterruptedException {
    if (outbound().hasRoom(sender, size)) {
      return true;
    }
    handOver();
    return outbound().awaitRoom(sender, size, timeout.toNanos());
  }

  /** Returns when something that senders wait for has moved last, in nanoseconds; 0 for never. */
  public long progressAt() {
    return outbound().progress();
  }

  /** Returns whether a turn of this connection's is under way on this thread. */
  public boolean inTurn() {
    return outbound().inTurn();
  }

  /** Returns whether {@code sender} has begun a message and not ended it. */
  public boolean isSending(Object sender) {
    return outbound().isSending(sender);
  }

  /** Lets the loop go on if this is its thread, because what follows may block. */
  public static void handOver() {
    Carrier carrier = Carrier.current();
    if (carrier != null) {
      carrier.handOver();
    }
  }

  /**
   * Returns whether a handler that is about to be called must be {@linkplain #detach detached}
   * first: it is known to block, and this thread drives the loop. During a turn.
   */
  public boolean mustDetach(Habit habit) {
    return habit.blocks() && drivesLoop();
  }

  /** Returns whether this thread drives the loop, so that what blocks here would hold it up. */
  public static boolean drivesLoop() {
    Carrier carrier = Carrier.current();
    return carrier != null && carrier.drives();
  }

  /**
   * Tells that a handler is about to be called, in a turn. If it is known to block, and has not
   * been detached, the loop goes on without this thread.
   *
   * @return what to give to {@link #called} when it has returned
   */
  public long calling(Habit habit) {
    if (habit != lastCalled) {
      lastCalled = habit;
      callsInARow = 0;
    }
    callsInARow++;
    if (habit.blocks()) {
      handOver();
      calling = habit;
      return System.nanoTime();
    }
    calling = habit;
    return 0;
  }

  /** Does the same for a handler that a connection calls once: a handshake, onOpen, onClose. */
  public long callingOnce(Habit habit) {
    habit.lifecycleCall();
    return calling(habit);
  }

  /** Tells that the handler has returned. */
  public void called(Habit habit, long since) {
    calling = null;
    if (since != 0) {
      habit.took(System.nanoTime() - since);
    }
  }

  @Override
  protected String runs() {
    Habit running = calling;
    String where = phase() instanceof Open open ? open.toString() : toString();
    return running == null ? where : running.name() + " on " + where;
  }

  @Override
  protected void left(boolean late) {
    Habit running = calling;
    if (running != null) {
      running.stolen(loop().now(), callsInARow, share().isExhausted());
      callsInARow = 0;
    }
    super.left(late);
  }

  /** Closes the connection when the application neither sends nor receives; zero for never. */
  public void idleTimeout(Duration timeout) {
    if (phase() instanceof Open open) {
      open.idleTimeout(Limits.bounded(timeout).toNanos());
      wake();
    }
  }

  /** Changes the longest messages held in memory, from the next one on; during a turn. */
  public void messageLimits(int maxTextBytes, int maxBinaryBytes) {
    if (phase() instanceof Open open) {
      open.messageLimits(maxTextBytes, maxBinaryBytes);
    }
  }

  /** Chooses which kinds of messages arrive part by part, from the next one on; during a turn. */
  public void stream(boolean text, boolean binary) {
    if (phase() instanceof Open open) {
      open.stream(text, binary);
    }
  }

  /** Stops reading after the part under way, so that {@link Listener#received} comes next. */
  public void stopReading() {
    phase().stopReading();
  }

  /**
   * Reads on from within {@link Listener#received}, waiting for the peer if need be; what comes
   * goes to the listener as ever.
   *
   * @return false once no more messages will come
   */
  public boolean pull() {
    return phase() instanceof Open open && open.listening() && inbound().pull() && open.listening();
  }

  @Override
  public String toString() {
    return Integer.toHexString(System.identityHashCode(this));
  }
}
