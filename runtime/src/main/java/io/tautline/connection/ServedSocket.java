package io.tautline.connection;

import io.tautline.model.LimitName;
import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Memory;
import io.tautline.protocol.Role;
import io.tautline.transport.BlockingPermits;
import io.tautline.transport.Carrier;
import io.tautline.transport.EventLoop;
import io.tautline.transport.Served;
import io.tautline.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One socket as its loop serves it, see {@link Served}: its turns, what is done beside a turn that
 * was stolen, and its end. What may be asked of it from any thread is in {@link Connection}.
 *
 * <p>What the bytes mean is up to the {@link Phase}: opening first, then {@link Open}.
 */
abstract sealed class ServedSocket extends Served permits Connection {
  private static final ClosePayload FAULT =
      new ClosePayload(CloseCode.INTERNAL_ERROR, "internal error");

  private final Wire wire;
  private final Shared shared;
  private final Outbound outbound;
  private final Inbound inbound;
  private Phase phase;

  /** What is to run in the next turn. */
  private volatile @Nullable List<Runnable> calls;

  /** What is to run first in the next turn, which is to begin detached; during turns only. */
  private @Nullable List<Runnable> detachedCalls;

  /** Whose permits turns need that are detached from the loop. */
  private BlockingPermits.Share share;

  /** Whether the timer went off since the last turn. */
  private boolean due;

  /** Whether the socket has been closed and everyone told. */
  private boolean gone;

  private boolean released;

  /** Memory that has been taken until the end. */
  private int reserved;

  /** The bounds that hold; an endpoint may have its own. */
  private volatile Limits limits;

  ServedSocket(EventLoop loop, Wire wire, Shared shared, Role role) {
    super(loop);
    this.wire = wire;
    this.shared = shared;
    this.limits = shared.limits();
    this.share = shared.permits();
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

  /**
   * Takes memory for as long as the connection lasts; during a turn.
   *
   * @return false if {@code maxUnfinishedBytes} has no room for it
   */
  public boolean reserve(int bytes) {
    boolean room = !gone && shared.memory().take(bytes);
    reserved += room ? bytes : 0;
    return room;
  }

  /** Returns who counts handshakes that take their time. */
  SlowHandshakes slowHandshakes() {
    return shared.slowHandshakes();
  }

  /** Returns where is counted what peers did wrong. */
  PeerReports reports() {
    return shared.reports();
  }

  Outbound outbound() {
    return outbound;
  }

  Inbound inbound() {
    return inbound;
  }

  Phase phase() {
    return phase;
  }

  /** Has the next phase begin; during a turn. */
  void phase(Phase next) {
    phase = next;
  }

  /** Has other bounds hold from now on; during a turn. */
  void bound(Limits own) {
    limits = own;
    outbound.limits(own);
  }

  boolean gone() {
    return gone;
  }

  /** Returns whether the socket has not been read from, for want of room for answers. */
  boolean inputPaused() {
    return inbound.paused();
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

  /** Returns whether something waits to run in a turn, or a turn is under way. */
  boolean isBusy() {
    return calls != null || away() || detachedCalls != null;
  }

  private void runCalls() {
    List<Runnable> all;
    synchronized (inbound) {
      all = calls;
      calls = null;
    }
    if (all != null) {
      for (Runnable call : all) {
        if (detachedCalls != null) {
          detach(call); // callbacks come in order
        } else {
          call.run();
        }
      }
    }
  }

  /**
   * Runs something first in the next turn, which begins on a thread of its own, detached from the
   * loop: a call of a handler that is known to block. Input waits until then. During a turn.
   */
  public void detach(Runnable callback) {
    List<Runnable> all = detachedCalls;
    if (all == null) {
      all = new ArrayList<>(1);
      detachedCalls = all;
    }
    all.add(callback);
    phase.stopReading();
  }

  /** Returns whether calls wait for a detached turn; during a turn. */
  public boolean hasDetached() {
    return detachedCalls != null;
  }

  private void runDetachedCalls() {
    for (List<Runnable> all = detachedCalls; all != null; all = detachedCalls) {
      Runnable next = all.remove(0);
      if (all.isEmpty()) {
        detachedCalls = null; // before the call, which may wait for input
      }
      next.run();
    }
  }

  /** Has turns that are detached need permits of that share; during a turn. */
  public void share(BlockingPermits.Share own) {
    share = own;
  }

  @Override
  protected BlockingPermits.Share share() {
    return share;
  }

  @Override
  protected boolean offLoop() {
    return detachedCalls != null;
  }

  /** Returns whether input can be taken now; during a turn. */
  boolean takesInput() {
    return detachedCalls == null && phase.ready();
  }

  /** Asks the poller to tell when the socket takes more. */
  void watchOutput() {
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
  protected void serveOffLoop() {
    if (!gone || detachedCalls != null) {
      outbound.beginTurn(null);
      serve((ByteBuffer) null);
    }
  }

  private void serve(@Nullable ByteBuffer in) {
    inbound.begin(in);
    try {
      if (in == null) {
        runDetachedCalls();
      }
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
      if (!gone) {
        phase.turn();
      }
      inbound.turn();
    } finally {
      try {
        inbound.end();
      } finally {
        outbound.endTurn(); // in any case: the buffer that it gathers in is the carrier's
      }
    }
    if (outbound.failure() != null) {
      end();
    } else {
      awaitOutput();
    }
  }

  @Override
  protected int fetch() {
    return outbound.fetch() + phase.fetch() + (inbound.paused() ? 1 : 0);
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

  @Override
  protected void breakOff() {
    if (phase instanceof Open) {
      outbound.close(FAULT);
    }
    end();
  }

  /** Ends the connection since there is no memory for input that cannot be taken yet. */
  void overloaded() {
    String why = "no memory for input that has to wait (maxUnfinishedBytes)";
    if (phase instanceof Open open) {
      open.fail(CloseCode.TRY_AGAIN_LATER, why); // reads on, and drops what comes
      wake();
    } else {
      reports().failed(CloseCode.TRY_AGAIN_LATER, why);
      end();
    }
  }

  /** Closes the socket and tells everyone; during a turn; once. */
  void end() {
    if (!gone) {
      gone = true;
      inbound.forgetUnread();
      memory().take(-reserved);
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
        "the peer has taken nothing for "
            + LimitName.STALL_TIMEOUT.format(limits.stallTimeout().toNanos())
            + " (stallTimeout)");
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
    if (detachedCalls != null) {
      ready();
    }
    if (gone) {
      loop().cancelTimer(this);
      if (detachedCalls == null) {
        release(); // else its last callback is still to come
      }
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
}
