package io.tautline.connection;

import io.tautline.model.LimitName;
import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.FrameHeader;
import io.tautline.protocol.FrameReader;
import io.tautline.protocol.MessageAssembler;
import io.tautline.protocol.ProtocolException;
import io.tautline.protocol.Role;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A connection between its handshakes and while it closes: frames in, messages to the listener.
 *
 * <p>Pings are answered here, the closing handshake is held here, and every fault of the peer's
 * ends here in a Close frame with its code. After that, input is read and dropped until the peer
 * has closed too, so that no reset overtakes our Close.
 */
final class Open implements Phase, MessageAssembler.Messages {
  private static final System.Logger LOG = System.getLogger("io.tautline.connection");

  private final Connection connection;
  private final Outbound outbound;

  /** The bounds that hold; an endpoint may have its own. */
  private Limits limits;

  private final String path;
  private final Keepalive keepalive;
  private final MessageAssembler assembler;
  private final FrameReader reader;

  /** Set by {@link #begin}, before anything is read. */
  @SuppressWarnings("NullAway.Init")
  private Listener listener;

  /** Why the connection is over, once that is known; then input is dropped. */
  private @Nullable ClosePayload over;

  private boolean told;

  /** Time of the first turn that saw that our Close frame had left, or 0. */
  private volatile long closingSince;

  /** How replies that wait for the peer bound what is read from it. */
  private final ReplyAllowance replies;

  private static final AtomicIntegerFieldUpdater<Open> PENDING_ANSWERS =
      AtomicIntegerFieldUpdater.newUpdater(Open.class, "pendingAnswers");

  /** How many answers handlers have promised and not given. */
  private volatile int pendingAnswers;

  /** Time at which the message in progress was first seen incomplete, or 0. */
  private long messageSince;

  Open(Connection connection, String path, @Nullable Compression compression, long now) {
    this.connection = connection;
    this.outbound = connection.outbound();
    this.limits = connection.limits();
    this.path = path;
    this.keepalive = new Keepalive(limits, now);
    this.replies = new ReplyAllowance(outbound, connection.memory(), limits);
    this.assembler =
        new MessageAssembler(
            limits.maxTextBytes(),
            limits.maxBinaryBytes(),
            limits.maxFragments(),
            compression == null ? null : compression.inflater(connection.role()),
            this);
    assembler.frameLimits(limits.maxFrameBytes(), limits.maxFragments());
    assembler.memory(connection.memory());
    this.reader =
        new FrameReader(connection.role(), compression == null ? 0 : FrameHeader.RSV1, assembler);
  }

  /** Puts the listener on the open connection. */
  void begin(Listener standing) {
    listener = standing;
    standing.opened();
  }

  @Override
  public int fetch() {
    Listener standing = listener; // null until begin
    return (standing == null ? 0 : standing.fetch())
        + (int) keepalive.deadline()
        + assembler.heldBytes()
        + (reader.betweenMessages() ? 1 : 0);
  }

  void sent(long now) {
    keepalive.active(now);
  }

  void idleTimeout(long nanos) {
    keepalive.idleTimeout(nanos, System.nanoTime());
  }

  /** Has other bounds hold from now on. */
  void limits(Limits own) {
    limits = own;
    keepalive.limits(own);
    replies.limits(own);
    assembler.limits(own.maxTextBytes(), own.maxBinaryBytes());
    assembler.frameLimits(own.maxFrameBytes(), own.maxFragments());
  }

  void messageLimits(int text, int binary) {
    assembler.limits(text, binary);
  }

  void stream(boolean text, boolean binary) {
    assembler.stream(text, binary);
  }

  @Override
  public boolean ready() {
    return over != null || (replies.mayRead() && pendingAnswers < limits.maxPendingAnswers());
  }

  @Override
  public @Nullable ByteBuffer place(int most) {
    return over == null ? assembler.place(most) : null;
  }

  @Override
  public int received(byte[] bytes, int from, int to) {
    long now = connection.loop().now();
    keepalive.read(now);
    if (over != null) {
      return to;
    }
    try {
      int taken = reader.read(bytes, from, to);
      messageSince = reader.betweenMessages() ? 0 : messageSince == 0 ? now : messageSince;
      return taken;
    } catch (ProtocolException e) {
      fail(e.code(), e.rule());
      return to;
    }
  }

  @Override
  public void received() {
    if (over == null) {
      listener.received();
    }
  }

  @Override
  public void resumed(long now) {
    keepalive.read(now);
    keepalive.active(now); // a handler was at work
    if (messageSince != 0) {
      messageSince = now;
    }
  }

  @Override
  public void worked(long nanos) {
    keepalive.worked(nanos);
    if (messageSince != 0) {
      messageSince += nanos;
    }
  }

  @Override
  public void stopReading() {
    reader.stop();
  }

  /** A handler has promised an answer; in a turn. */
  void answerPromised() {
    PENDING_ANSWERS.incrementAndGet(this);
  }

  /** It has given it, or failed; from any thread. */
  void answerGiven() {
    if (PENDING_ANSWERS.getAndDecrement(this) >= limits.maxPendingAnswers()) {
      connection.wake(); // the peer may be read again
    }
  }

  /** Returns whether messages may still come: after a Close of ours, none is delivered. */
  boolean listening() {
    return over == null && outbound.maySend();
  }

  /** Fails the connection (RFC 6455 §7.1.7): says why, and takes nothing more. */
  void fail(int code, String rule) {
    connection.reports().failed(code, rule);
    ClosePayload cause = new ClosePayload(code, ClosePayload.fit(rule));
    if (outbound.close(cause)) {
      over(cause, "by us: " + rule);
    } else {
      over(outbound.cause(), "by us, then: " + rule);
    }
    finish();
  }

  /** Ends TCP after our Close; a client waits for the server to do that first (§7.1.1). */
  private void finish() {
    if (connection.role() == Role.SERVER) {
      outbound.finish();
    }
  }

  private void over(ClosePayload cause, String how) {
    over = cause;
    if (!told) {
      told = true;
      LOG.log(
          Level.DEBUG,
          "connection {0} {1} closed {2} {3}",
          connection,
          path,
          Integer.toString(cause.code()),
          how);
      listener.closed(cause);
    }
  }

  @Override
  public void text(byte[] bytes, int from, int to) {
    if (!delivers()) {
      return;
    }
    listener.text(bytes, from, to);
    throttle();
  }

  @Override
  public void binary(byte[] bytes, int from, int to) {
    if (!delivers()) {
      return;
    }
    listener.binary(bytes, from, to);
    throttle();
  }

  @Override
  public void part(int opcode, byte[] bytes, int from, int to, boolean last) {
    if (!delivers()) {
      return;
    }
    listener.part(opcode, bytes, from, to, last);
    throttle();
  }

  /**
   * A message, or a part of one, came; the time for the next to be complete begins anew. Returns
   * whether it is delivered: after a Close of ours, data is discarded (RFC 6455 §1.4).
   */
  private boolean delivers() {
    messageSince = 0;
    active();
    return outbound.maySend();
  }

  private void active() {
    keepalive.active(connection.loop().now());
  }

  /** Stops reading this peer while it does not read us. */
  private void throttle() {
    if (!ready()) {
      reader.stop();
    }
  }

  @Override
  public void ping(byte[] bytes, int from, int to) {
    active(); // but a message under way is no nearer to its end
    if (outbound.maySend()) {
      outbound.pong(bytes, from, to);
    }
  }

  @Override
  public void pong(byte[] bytes, int from, int to) {
    if (!keepalive.answered(from == to) && outbound.maySend()) {
      active();
      listener.pong(bytes, from, to);
    }
  }

  @Override
  public void close(ClosePayload payload) {
    boolean theirs = outbound.closeReceived(payload);
    if (theirs) {
      outbound.close(outbound.answer());
    }
    over(outbound.cause(), theirs ? "by the peer" : "by us");
    finish();
  }

  @Override
  public void ended() {
    connection.end();
  }

  @Override
  public void due(long now) {
    if (connection.stalled(now)) {
      connection
          .reports()
          .failed(CloseCode.ABNORMAL, String.valueOf(connection.stall().getMessage()));
      outbound.abort(connection.stall());
      return;
    }
    if (!outbound.maySend()) {
      closing(now);
      return;
    }
    long abandoned = outbound.abandonedSince();
    if (abandoned != Long.MAX_VALUE && now - abandoned >= limits.stallTimeout().toNanos()) {
      fail(
          CloseCode.INTERNAL_ERROR,
          "a message was begun and not continued for "
              + LimitName.STALL_TIMEOUT.format(limits.stallTimeout().toNanos())
              + " (stallTimeout)");
      return;
    }
    replies.grow(now);
    if (outbound.progressAt() != 0) {
      keepalive.taken(outbound.progressAt());
    }
    if (!ready() || connection.inputPaused()) {
      keepalive.read(now); // it is we who do not listen
      messageSince = messageSince == 0 ? 0 : now;
    }
    if (messageSince != 0 && isTimed() && now - messageSince >= limits.messageTimeout().toNanos()) {
      fail(
          CloseCode.POLICY_VIOLATION,
          "no message, or no more of it, for "
              + LimitName.MESSAGE_TIMEOUT.format(limits.messageTimeout().toNanos())
              + " (messageTimeout)");
      return;
    }
    Keepalive.Verdict verdict = keepalive.due(now);
    if (verdict == Keepalive.Verdict.PING) {
      outbound.ping();
    } else if (verdict == Keepalive.Verdict.DEAD) {
      give(
          "nothing heard for "
              + LimitName.DEAD_AFTER.format(limits.deadAfter().toNanos())
              + " (deadAfter)");
    } else if (verdict == Keepalive.Verdict.IDLE) {
      idle();
    }
  }

  /** Waits for the peer's Close from when ours has left; how long that takes, a stall bounds. */
  private void closing(long now) {
    if (outbound.waiting()) {
      return;
    }
    if (closingSince == 0) {
      closingSince = now;
    } else if (now - closingSince >= limits.closeTimeout().toNanos()) {
      give(
          "no answer to a Close for "
              + LimitName.CLOSE_TIMEOUT.format(limits.closeTimeout().toNanos())
              + " (closeTimeout)");
    }
  }

  /**
   * Returns whether the peer must go on with its message in time: one that is held in memory, or
   * one for which a handler waits.
   */
  private boolean isTimed() {
    return !assembler.isStreaming() || connection.inbound().isAwaited();
  }

  /** Gives the peer up. */
  private void give(String why) {
    connection.reports().failed(CloseCode.ABNORMAL, why);
    outbound.abort(new IOException(why));
    connection.end();
  }

  /** The application's idle timeout: told as 1006, since no Close frame came first. */
  private void idle() {
    over(new ClosePayload(CloseCode.ABNORMAL, "idle timeout"), "by us: idle timeout");
    outbound.close(new ClosePayload(CloseCode.GOING_AWAY, "idle timeout"));
    finish();
  }

  @Override
  public long deadline(long now) {
    long at;
    if (!outbound.maySend()) {
      long since = closingSince;
      at = since != 0 ? since + limits.closeTimeout().toNanos() : now;
      at = outbound.waiting() ? Long.MAX_VALUE : at;
    } else {
      at = keepalive.deadline();
      if (messageSince != 0 && isTimed()) {
        at = Math.min(at, messageSince + limits.messageTimeout().toNanos());
      }
      long abandoned = outbound.abandonedSince();
      if (abandoned != Long.MAX_VALUE) {
        at = Math.min(at, abandoned + limits.stallTimeout().toNanos());
      }
      at = Math.min(at, replies.growsAt());
    }
    return outbound.waiting()
        ? Math.min(at, outbound.progressAt() + limits.stallTimeout().toNanos())
        : at;
  }

  @Override
  public String toString() {
    return listener.toString();
  }

  @Override
  public void gone() {
    assembler.end();
    replies.end();
    if (over == null) {
      IOException failure = outbound.failure();
      over(
          outbound.cause(),
          "without a closing handshake" + (failure == null ? "" : ": " + failure.getMessage()));
    }
  }
}
