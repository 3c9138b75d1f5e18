package io.tautline.connection;

import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Memory;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.Role;
import io.tautline.transport.Carrier;
import io.tautline.transport.EventLoop;
import io.tautline.transport.Served;
import io.tautline.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One socket, from its first byte to its last, for either role.
 *
 * <p>Sending and closing are safe from any thread; everything else happens in turns on the
 * connection's loop, see {@link Served}. What the bytes mean is up to the {@link Phase}: opening
 * first, then {@link Open}.
 */
public final class Connection extends Served {
  private static final ClosePayload FAULT =
      new ClosePayload(CloseCode.INTERNAL_ERROR, "internal error");

  private final Wire wire;
  private final Role role;
  private final Shared shared;
  private final Outbound outbound;
  private Phase phase;

  private final Inbound inbound;

  /** What is to run in the next turn. */
  private volatile @Nullable List<Runnable> calls;

  /** Whether the timer went off since the last turn. */
  private boolean due;

  /** Whether the socket has been closed and everyone told. */
  private boolean gone;

  private boolean released;

  /** The bounds that hold; an endpoint may have its own. */
  private volatile Limits limits;

  /**
   * The habit of the handler that is being called; read by the loop that goes on without it. Not
   * volatile: what is seen late is a theft that counts for one handler or for none.
   */
  private @Nullable Habit calling;

  /** The habit of the handler called last, and how often in a row since a turn of it was stolen. */
  private @Nullable Habit lastCalled;

  private int callsInARow;

  /** Whether the handler called last is known to block, so that turns begin off the loop. */
  private volatile boolean offLoop;

  Connection(EventLoop loop, Wire wire, Role role, Shared shared) {
    super(loop);
    this.wire = wire;
    this.role = role;
    this.shared = shared;
    this.limits = shared.limits();
    this.outbound = new Outbound(wire, role, limits, this::wake);
    this.inbound = new Inbound(this);
    this.phase = NoPhase.INSTANCE;
  }

  /** Registers with the loop; on the loop. */
  void begin(Phase first, int ops) {
    phase = first;
    try {
      loop().register(wire.socket(), ops, this);
    } catch (IOException e) {
      wire.close();
    }
    ready();
  }

  /** The handshake succeeded: frames from now on; during a turn. */
  void open(
      String path, @Nullable Compression compression, Function<Connection, Listener> listener) {
    if (compression != null) {
      outbound.compress(compression);
    }
    Listener standing = listener.apply(this);
    Open open = new Open(this, path, compression, loop().now());
    phase = open;
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

  /** Returns the bounds that hold on this connection. */
  public Limits limits() {
    return limits;
  }

  /** Returns the socket below, for its addresses and options. */
  public Wire wire() {
    return wire;
  }

  /** Returns where unfinished messages take their memory from. */
  Memory memory() {
    return shared.memory();
  }

  /** Returns who counts handshakes that take their time. */
  SlowHandshakes slowHandshakes() {
    return shared.slowHandshakes();
  }

  Outbound outbound() {
    return outbound;
  }

  Phase phase() {
    return phase;
  }

  boolean gone() {
    return gone;
  }

  /** Returns whether the socket has not been read from, for want of room for answers. */
  boolean inputPaused() {
    return inbound.paused();
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
    Sent sent = outbound.send(sender, fin, opcode, payload, from, to, completion);
    if (phase instanceof Open open) {
      open.sent(System.nanoTime());
    }
    if (outbound.waiting()) {
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
    boolean gathered = outbound.gather(opcode, payload);
    if (gathered && phase instanceof Open open) {
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
    boolean gathered = outbound.gather(text);
    if (gathered && phase instanceof Open open) {
      open.sent(loop().now());
    }
    return gathered;
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
    Sent sent = outbound.offer(message, overflow, key, completion, more);
    if (sent == Sent.IN_A_PARCEL) {
      loop().deliver(this);
    }
    if (phase instanceof Open open) {
      open.sent(System.nanoTime());
    }
    if (outbound.waiting()) {
      watchOutput();
    }
    return sent;
  }

  /** Has other bounds hold from now on: those of its endpoint. During a turn. */
  public void limits(Limits own) {
    limits = own;
    outbound.limits(own);
    if (phase instanceof Open open) {
      open.limits(own);
    }
  }

  /**
   * Runs something in a turn, where callbacks come one at a time; not if the connection ends first.
   */
  public void call(Runnable callback) {
    synchronized (inbound) {
      List<Runnable> all = calls;
      if (all == null) {
        all = new ArrayList<>(1);
        calls = all;
      }
      all.add(callback);
    }
    wake();
  }

  private void runCalls() {
    List<Runnable> all;
    synchronized (inbound) {
      all = calls;
      calls = null;
    }
    if (all != null) {
      all.forEach(Runnable::run);
    }
  }

  /**
   * Starts the closing handshake; later calls have no effect.
   *
   * @param payload with a code that may be sent (RFC 6455 §7.4), or none
   */
  public void close(ClosePayload payload) {
    if (outbound.close(payload)) {
      closing();
    }
  }

  /** Our Close is on its way. */
  private void closing() {
    wake();
    if (outbound.waiting()) {
      watchOutput();
    }
  }

  /**
   * Ends the connection because the server stops: with 1001 behind what waits to run in its turn,
   * or with 503 if it is not open yet; on the loop.
   */
  void stop(String why) {
    Phase at = phase; // read once: a turn that was stolen may go on to the next meanwhile
    if (at instanceof Open) {
      ClosePayload away = new ClosePayload(CloseCode.GOING_AWAY, why);
      if (calls != null) {
        call(() -> close(away));
      } else if (outbound.closeAway(away)) {
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
    outbound.abortAway(new IOException(why));
    wire.close();
    wake();
  }

  /** Returns whether messages may still be sent. */
  public boolean isOpen() {
    return outbound.maySend();
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
    if (outbound.hasRoom(sender, size)) {
      return true;
    }
    handOver();
    return outbound.awaitRoom(sender, size, timeout.toNanos());
  }

  /** Returns whether a turn of this connection's is under way on this thread. */
  public boolean inTurn() {
    return outbound.inTurn();
  }

  /** Returns whether {@code sender} has begun a message and not ended it. */
  public boolean isSending(Object sender) {
    return outbound.isSending(sender);
  }

  /** Lets the loop go on if this is its thread, because what follows may block. */
  public static void handOver() {
    Carrier carrier = Carrier.current();
    if (carrier != null) {
      carrier.handOver();
    }
  }

  /**
   * Tells that a handler is about to be called, in a turn. If it is known to block, the loop goes
   * on without this thread.
   *
   * @return what to give to {@link #called} when it has returned
   */
  public long calling(Habit habit) {
    calling = habit;
    if (habit != lastCalled) {
      lastCalled = habit;
      callsInARow = 0;
    }
    callsInARow++;
    if (habit.blocks()) {
      offLoop = true;
      handOver();
      return System.nanoTime();
    }
    if (offLoop) {
      offLoop = false;
    }
    return 0;
  }

  /** Tells that the handler has returned. */
  public void called(Habit habit, long since) {
    calling = null;
    if (since != 0) {
      habit.took(System.nanoTime() - since);
    }
  }

  /** Closes the connection when the application neither sends nor receives; zero for never. */
  public void idleTimeout(Duration timeout) {
    if (phase instanceof Open open) {
      open.idleTimeout(Limits.bounded(timeout).toNanos());
      wake();
    }
  }

  /** Changes the longest messages held in memory, from the next one on; during a turn. */
  public void messageLimits(int maxTextBytes, int maxBinaryBytes) {
    if (phase instanceof Open open) {
      open.messageLimits(maxTextBytes, maxBinaryBytes);
    }
  }

  /** Chooses which kinds of messages arrive part by part, from the next one on; during a turn. */
  public void stream(boolean text, boolean binary) {
    if (phase instanceof Open open) {
      open.stream(text, binary);
    }
  }

  /** Stops reading after the part under way, so that {@link Listener#received} comes next. */
  public void stopReading() {
    if (phase instanceof Open open) {
      open.stopReading();
    }
  }

  /**
   * Reads on from within {@link Listener#received}, waiting for the peer if need be; what comes
   * goes to the listener as ever.
   *
   * @return false once no more messages will come
   */
  public boolean pull() {
    return phase instanceof Open open && open.listening() && inbound.pull() && open.listening();
  }

  /** Asks the poller to tell when the socket takes more. */
  private void watchOutput() {
    if (interest(SelectionKey.OP_WRITE, outputWaits())) {
      loop().wakeup();
    }
    if (phase.deadline(System.nanoTime()) < Long.MAX_VALUE) {
      wake();
    }
  }

  /** Returns whether the phase wants the socket read, which is ready for it or has failed. */
  boolean readable() {
    return readsAgain() || phase.reads(wire.socket().readyOps());
  }

  /** Switches interest in one operation; returns whether anything changed. */
  boolean interest(int op, boolean on) {
    return wire.socket().interest(op, on);
  }

  @Override
  protected void serve(Carrier carrier) {
    if (!gone) {
      outbound.beginTurn(carrier);
      serve(carrier.inBuffer());
    }
  }

  @Override
  protected int fetch() {
    return outbound.fetch() + phase.fetch() + (inbound.paused() ? 1 : 0);
  }

  @Override
  protected void breakOff() {
    if (phase instanceof Open) {
      outbound.close(FAULT);
    }
    end();
  }

  @Override
  protected boolean offLoop() {
    return offLoop;
  }

  @Override
  protected void serveOffLoop(ByteBuffer in) {
    if (!gone) {
      outbound.beginTurn(null);
      serve(in);
    }
  }

  private void serve(ByteBuffer in) {
    try {
      if (outputWaits()) { // what TLS has to read first is better read without a lock
        outbound.flush();
      }
      if (due) {
        due = false;
        phase.due(System.nanoTime());
      }
      if (calls != null) {
        runCalls();
      }
      phase.turn();
      inbound.turn(in);
    } finally {
      outbound.endTurn();
    }
    if (outbound.failure() != null) {
      end();
    } else {
      awaitOutput();
    }
  }

  /** Returns whether the poller is to tell when the socket takes more. */
  private boolean outputWaits() {
    return (outbound.waiting() || wire.pending()) && !wire.writeAwaitsInput();
  }

  /** Asks the poller for just what is needed now; another thread may have begun to wait. */
  void awaitOutput() {
    boolean waits = outputWaits();
    interest(SelectionKey.OP_WRITE, waits);
    if (!waits && outputWaits()) {
      interest(SelectionKey.OP_WRITE, true);
    }
  }

  /** Returns whether reading goes on without new input. */
  private boolean readsAgain() {
    return wire.readAgain() && !wire.pending();
  }

  /** Closes the socket and tells everyone; during a turn; once. */
  void end() {
    if (!gone) {
      gone = true;
      wire.close();
      outbound.end();
      phase.gone();
    }
  }

  @Override
  protected void serveAway() {
    interest(SelectionKey.OP_READ, false); // whoever waits for input asks again
    inbound.signal();
    if (outputWaits()) {
      outbound.flushAway();
    }
    awaitOutput();
    if (stalled(System.nanoTime())) {
      outbound.abortAway(stall());
      wire.close();
    } else if (outbound.waiting()) {
      loop().timerBefore(this, outbound.progressAt() + limits.stallTimeout().toNanos());
    }
  }

  IOException stall() {
    return new IOException(
        "the peer has taken nothing for " + limits.stallTimeout() + " (stallTimeout)");
  }

  boolean stalled(long now) {
    return outbound.waiting() && now - outbound.progressAt() >= limits.stallTimeout().toNanos();
  }

  @Override
  protected void deliver() {
    outbound.sendParcelOff();
    if (outbound.waiting()) {
      watchOutput();
    }
  }

  @Override
  protected void expired() {
    due = true;
    ready();
  }

  @Override
  protected void left(boolean late) {
    Habit running = calling;
    if (late && running != null) {
      running.stolen(loop().now(), callsInARow);
      callsInARow = 0;
    }
    outbound.turnStolen();
    interest(SelectionKey.OP_READ, false);
    awaitOutput();
  }

  @Override
  protected void back() {
    phase.resumed(loop().now());
    interest(SelectionKey.OP_READ, !inbound.paused());
  }

  @Override
  protected void settle() {
    if (gone) {
      loop().cancelTimer(this);
      release();
    } else {
      if (readsAgain() && !inbound.paused()) {
        ready();
      }
      long at = phase.deadline(loop().now());
      if (at < Long.MAX_VALUE) {
        loop().timerBefore(this, at);
      }
    }
  }

  /** Forgets a connection that could not {@link #begin}; on the loop. */
  void discard() {
    wire.close();
    release();
  }

  private void release() {
    if (!released) {
      released = true;
      shared.release().run();
    }
  }

  @Override
  public String toString() {
    return Integer.toHexString(System.identityHashCode(this));
  }
}
