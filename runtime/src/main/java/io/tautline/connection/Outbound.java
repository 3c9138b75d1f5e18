package io.tautline.connection;

import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Closing;
import io.tautline.protocol.FrameWriter;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.Role;
import io.tautline.transport.Carrier;
import io.tautline.transport.Wire;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Everything on its way out of one connection, in order, from any thread.
 *
 * <p>Frames go to the {@link FrameOutput}, which gathers, writes, or lets them wait. While a sender
 * is in the middle of a message, the messages of others wait ({@link MessageOrder}). A whole frame
 * is handed over under the lock, so frames never interleave; completions run outside it. A long
 * message is compressed in pieces, between which the lock is free.
 *
 * <p>What happens in which state ({@code OutboundModelTest} visits every cell):
 *
 * <pre>
 * state     | whole message   | part of a message  | message that may | drain          | Close
 *           |                 |                    | be dropped       |                |
 * ----------+-----------------+--------------------+------------------+----------------+----------
 * FREE      | written         | written, then OPEN | written          | –              | written
 * GATHERING | gathered        | gathered, OPEN     | gathered         | –              | gathered
 * BATCHED   | batch first     | batch first, OPEN  | batch first      | –              | behind it
 * WAITING   | waits; a push   | waits, OPEN; a     | waits in order,  | in order, then | behind all
 *           | within bounds   | push within bounds | drops older ones | FREE           | that waits
 * OPEN      | waits in order  | of its sender: as  | waits in order   | as WAITING     | open message
 *           |                 | above; else not    |                  |                | and waiting
 *           |                 | taken              |                  |                | ones fail
 * CLOSED    | fails           | fails              | fails            | in order, then | ignored
 *           |                 |                    |                  | shuts down     |
 * FAILED    | fails           | fails              | fails            | –              | ignored
 * </pre>
 *
 * <p>OPEN combines with those above it but BATCHED. Pings and Pongs pass whatever waits in order,
 * never what waits for the socket; of Pongs that have to wait the last is sent. Any fault while
 * bytes are made or written leads to FAILED, since the peer may have received part of a frame.
 *
 * <p><b>Replies</b> are sent in the connection's own turn. They wait for nothing but memory: were a
 * reply to wait until the peer reads what others push to it, two peers that push to and answer each
 * other could wait for each other for ever. What bounds replies is that the peer is not read while
 * many wait, see {@link Open}; what bounds pushes is that they are not taken while much waits.
 */
final class Outbound {
  private static final System.Logger LOG = System.getLogger("io.tautline.connection");
  private static final byte[] NOTHING = {};

  /** Below this many characters a new array costs less than doing without. */
  private static final int LONG_TEXT = 4096;

  private static final int OTHER_TEXTS = 31;

  /** Bytes that are compressed at a time, which takes about a millisecond. */
  private static final int PIECE_BYTES = 32 * 1024;

  /** A reply waits so long for a peer that takes nothing before it is queued all the same. */
  private static final long REPLY_PATIENCE_NANOS = 100_000_000;

  private final Role role;
  private final Runnable wake;
  private final Completions completions = new Completions();
  private final FrameOutput output;
  private final Backlog backlog;
  private final Closing closing = new Closing();
  private final MessageOrder order = new MessageOrder(completions);

  /** Threads in {@link #awaitRoom}; null for none. */
  private @Nullable List<Thread> roomWaiters;

  /** Where messages go first if they are compressed; null when that was not negotiated. */
  private volatile @Nullable CompressedOutput compressed;

  /** Skips the ASCII fast path for so many texts, since one was not ASCII: they come in runs. */
  private int otherTexts;

  /** The last Ping's payload, when its Pong had to wait; a newer one takes its place. */
  private byte @Nullable [] owedPong;

  /** See {@link ReplyAllowance}. */
  private int replyExtra;

  private int replyExtraMessages;

  /** Whether messages may still be sent: no Close of ours, no failure. Written with the lock. */
  private volatile boolean open = true;

  /** The bounds that hold; an endpoint may have its own. */
  private Limits limits;

  /**
   * @param wake asks for a turn, in which the connection is ended if it has failed; with the lock
   */
  Outbound(Wire wire, Role role, Limits limits, Runnable wake) {
    this.role = role;
    this.wake = wake;
    this.limits = limits;
    this.output = new FrameOutput(wire, role, completions, this::failed);
    this.backlog = output.backlog();
    output.gatherAtMost(limits.sendHighWater());
  }

  /** See {@link Connection#fetch}. */
  int fetch() {
    return output.fetch()
        + (completions.isEmpty() ? 1 : 0)
        + (closing.maySend() ? 1 : 0)
        + (order.isOpen() ? 1 : 0);
  }

  /** Nothing can be sent any more; with the lock. */
  private void failed() {
    open = false;
    IOException cause = output.failure();
    if (cause != null) {
      order.fail(cause);
    }
    signalRoom();
    wake.run();
  }

  /** Compresses from now on; before anything is sent. */
  synchronized void compress(Compression compression) {
    compressed = new CompressedOutput(output, compression, role);
  }

  /**
   * Begins a turn on this thread.
   *
   * @param carrier that thread, to gather what it sends; null off the loop, where all leaves at
   *     once
   */
  synchronized void beginTurn(@Nullable Carrier carrier) {
    // A turn that was stolen while it waited for the lock has been told so already, and would
    // gather until it ends.
    output.beginTurn(carrier != null && carrier.drives() ? carrier : null);
  }

  /** Writes what has been gathered and gathers no more, since the turn is about to wait. */
  void pauseTurn() {
    leaveTurn();
    completions.tell();
  }

  /** Does the same at the end of the turn. */
  void endTurn() {
    synchronized (this) {
      output.endTurn();
    }
    completions.tell();
  }

  /** Does the same when the turn has been stolen: told of it, users must not hold up the loop. */
  void turnStolen() {
    leaveTurn();
    completions.tellElsewhere();
  }

  private synchronized void leaveTurn() {
    output.leaveTurn();
  }

  /**
   * Sends a whole message, a part of one, or a control frame.
   *
   * @param sender who sends a message part by part, or null for a whole message
   * @param opcode of the message, also for its later parts
   * @param payload copied before this returns
   * @param completion told once, possibly before this returns; may be null
   */
  Sent send(
      @Nullable Object sender,
      boolean fin,
      int opcode,
      byte[] payload,
      int from,
      int to,
      @Nullable Completion completion) {
    Sent sent;
    Object pieces = null;
    synchronized (this) {
      boolean control = Opcode.isControl(opcode);
      if (!open) {
        completions.add(completion, whyNot());
        sent = Sent.ON_ITS_WAY;
      } else if (messagesWait() && !hasBounds(sender, to - from)) {
        sent = Sent.NO_ROOM;
      } else if (control) {
        guarded(true, opcode, payload, from, to, completion, true);
        sent = Sent.ON_ITS_WAY;
      } else if (sender == null && mustWait()) {
        byte[] copy = Arrays.copyOfRange(payload, from, to);
        sent = hold(new OutgoingMessage(opcode, copy), false, null, completion);
      } else if (order.isOpenBeside(sender)) {
        sent = Sent.NOT_YOUR_TURN;
      } else {
        sent = Sent.ON_ITS_WAY;
        if (sender == null && isLong(to - from)) {
          pieces = new Object();
          order.part(pieces, false, opcode);
        } else {
          int frame = order.opcode(sender, opcode);
          sendHeld(); // a message that is begun must not overtake them
          part(sender, fin, opcode);
          guarded(fin, frame, payload, from, to, completion, false);
        }
      }
    }
    if (pieces != null) {
      sendPieces(pieces, opcode, payload, from, to, completion);
    }
    afterSending();
    return sent;
  }

  /**
   * Sends a whole message in the connection's own turn, however much waits: the value that a
   * handler has returned. The peer is not read while many wait.
   *
   * @param payload not changed any more
   * @return false if nothing may be sent any more
   */
  boolean reply(int opcode, byte[] payload) {
    Object pieces = null;
    synchronized (this) {
      if (!open) {
        return false;
      }
      if (mustWait()) {
        hold(new OutgoingMessage(opcode, payload), false, null, null);
      } else if (isLong(payload.length)) {
        pieces = new Object();
        order.part(pieces, false, opcode);
      } else {
        guarded(true, opcode, payload, 0, payload.length, null, false);
      }
    }
    if (pieces != null) {
      sendPieces(pieces, opcode, payload, 0, payload.length, null);
    }
    afterSending();
    return true;
  }

  /** Returns whether a whole message must wait for others; with the lock. */
  private boolean mustWait() {
    return order.isOpen() || order.hasWaiting();
  }

  /** Returns whether a message of that size is compressed in pieces. */
  private boolean isLong(int size) {
    CompressedOutput compressing = compressed;
    return compressing != null && size > PIECE_BYTES && compressing.compresses(size);
  }

  private Sent hold(
      OutgoingMessage message,
      boolean shared,
      @Nullable Object key,
      @Nullable Completion completion) {
    boolean reply = output.isAnswering();
    order.add(new MessageOrder.Waiting(message, shared, key, reply, completion));
    if (order.isOpen()) {
      wake.run(); // so that a sender that has abandoned its message is noticed
    }
    return Sent.HELD;
  }

  /** Makes and sends a frame; a fault that leaves it half done ends the connection. */
  private void guarded(
      boolean fin,
      int opcode,
      byte[] payload,
      int from,
      int to,
      @Nullable Completion completion,
      boolean control) {
    CompressedOutput compressing = compressed;
    try {
      if (control || compressing == null) {
        output.frame(fin, 0, opcode, payload, from, to, completion);
      } else {
        compressing.data(fin, opcode, payload, from, to, completion);
      }
    } catch (RuntimeException | Error e) {
      output.broken(e);
      completions.add(completion, output.failure());
      throw e;
    }
  }

  /**
   * Compresses and sends a long message, of which {@code owner} has begun to send parts; without
   * the lock, which each piece takes for a moment.
   */
  private void sendPieces(
      Object owner, int opcode, byte[] payload, int from, int to, @Nullable Completion completion) {
    int at = from;
    boolean going = true;
    while (going) {
      int end = Math.min(to, at + PIECE_BYTES);
      boolean last = end == to;
      synchronized (this) {
        if (order.isOpenFor(owner)) {
          int frame = at == from ? opcode : Opcode.CONTINUATION;
          part(owner, last, opcode);
          try {
            guarded(last, frame, payload, at, end, last ? completion : null, false);
          } catch (RuntimeException | Error e) {
            completions.add(completion, output.failure());
            throw e;
          }
        } else { // the connection is closed or has failed meanwhile
          completions.add(completion, whyNot());
          last = true;
        }
      }
      at = end;
      going = !last;
    }
  }

  /**
   * Sends messages that waited and need not wait any more, and runs callbacks; without the lock.
   */
  private void afterSending() {
    if (order.hasWaiting()) { // without the lock; whoever added one asks, too
      sendWaiting();
    }
    completions.tell();
  }

  /** Notes a part of a message; once it was the last, other senders may go on. */
  private void part(@Nullable Object owner, boolean last, int opcode) {
    order.part(owner, last, opcode);
    if (last) {
      signalRoom();
    }
  }

  /** Sends what waits behind no open message: to the socket, or behind what waits there. */
  private void sendHeld() {
    while (!order.isOpen() && order.hasWaiting()) {
      MessageOrder.Waiting next = order.next();
      if (next != null) {
        sendNow(next);
      }
    }
  }

  private void sendWaiting() {
    try {
      for (MessageOrder.Waiting next = takeWaiting(); next != null; next = takeWaiting()) {
        OutgoingMessage message = next.message();
        byte[] payload = message.payload();
        sendPieces(next, message.opcode(), payload, 0, payload.length, next.completion());
      }
    } catch (RuntimeException | Error e) {
      // The connection has failed, and its senders are notified. The caller sent another message.
      LOG.log(Level.DEBUG, "a message that had waited could not be sent", e);
    }
  }

  /**
   * Sends messages that need not wait any more; returns the first long one, which its caller sends
   * in pieces, or null.
   */
  private MessageOrder.@Nullable Waiting takeWaiting() {
    synchronized (this) {
      while (open && !order.isOpen() && !backlog.isWaiting()) {
        MessageOrder.Waiting next = order.next();
        if (next == null) {
          break;
        }
        if (isLong(next.size()) && sharedFrame(next) == null) {
          order.part(next, false, next.message().opcode());
          return next;
        }
        sendNow(next);
      }
      if (!order.hasWaiting()) {
        wake.run(); // so that the peer is read again, should replies have waited here
      }
      signalRoom();
      return null;
    }
  }

  private byte @Nullable [] sharedFrame(MessageOrder.Waiting next) {
    return next.shared() ? shared(next.message()) : null;
  }

  private void sendNow(MessageOrder.Waiting next) {
    output.sendWaiting(next.reply(), () -> frame(next));
  }

  private void frame(MessageOrder.Waiting next) {
    byte[] frame = sharedFrame(next);
    if (frame == null) {
      OutgoingMessage message = next.message();
      byte[] payload = message.payload();
      guarded(true, message.opcode(), payload, 0, payload.length, next.completion(), false);
    } else {
      output.ready(frame, next.completion(), false);
    }
  }

  /** Sends a Ping of our own, however much waits: the peer's answer shows that it lives. */
  void ping() {
    synchronized (this) {
      if (open) {
        guarded(true, Opcode.PING, NOTHING, 0, 0, null, true);
      }
    }
    completions.tell();
  }

  /**
   * Sends a whole message in the connection's own turn, if nothing stands before it: the short way
   * of an answer.
   *
   * @return false if nothing was sent, and {@link #send} is to be used
   */
  synchronized boolean gather(int opcode, byte[] payload) {
    boolean free = mayGather() && !isLong(payload.length);
    if (free) {
      guarded(true, opcode, payload, 0, payload.length, null, false);
    }
    return free;
  }

  /**
   * Does the same with a text, which needs no array of its own if it is long and ASCII.
   *
   * @return false if nothing was sent, and its bytes are to be used
   */
  boolean gather(String text) {
    return text.length() >= LONG_TEXT && FrameWriter.writesAscii() && gatherAscii(text);
  }

  private synchronized boolean gatherAscii(String text) {
    if (otherTexts > 0) {
      otherTexts--;
      return false;
    }
    CompressedOutput compressing = compressed;
    boolean compresses = compressing != null && compressing.compresses(text.length());
    if (compresses || !mayGather() || !output.makesRoomForText(text.length())) {
      return false;
    }
    boolean gathered = output.ascii(text);
    if (!gathered) {
      otherTexts = OTHER_TEXTS;
    }
    return gathered;
  }

  private boolean mayGather() {
    return open && output.isGathering() && !order.isOpen() && !order.hasWaiting();
  }

  /**
   * Sends a whole message that may push others out, or be pushed out by later ones, while it waits.
   *
   * @param key what makes messages worth the same; not null
   * @param more whether it may wait for what follows, until {@link #sendParcelOff}
   */
  Sent offer(
      OutgoingMessage message,
      Overflow overflow,
      Object key,
      @Nullable Completion completion,
      boolean more) {
    byte[] frame = open ? shared(message) : null; // made before the lock is taken
    int size = message.size();
    boolean pieces = false;
    Sent sent = Sent.ON_ITS_WAY;
    synchronized (this) {
      if (!open) {
        completions.add(completion, whyNot());
      } else if (mustWait() || (overflow != Overflow.REFUSE && backlog.isWaiting())) {
        sent = offerToWait(message, overflow, key, completion);
      } else if (backlog.isWaiting() && !hasBounds(null, size)) {
        sent = Sent.NO_ROOM;
      } else if (frame != null) {
        if (output.ready(frame, completion, more)) {
          sent = Sent.IN_A_PARCEL;
        }
      } else if (isLong(size)) {
        order.part(message, false, message.opcode());
        pieces = true;
      } else {
        guarded(true, message.opcode(), message.payload(), 0, size, completion, false);
      }
    }
    if (pieces) {
      sendPieces(message, message.opcode(), message.payload(), 0, size, completion);
    }
    afterSending();
    return sent;
  }

  /** Has a message wait; the newest is never the one that gives way. */
  private Sent offerToWait(
      OutgoingMessage message, Overflow overflow, Object key, @Nullable Completion completion) {
    if (overflow == Overflow.REFUSE) {
      return hasBounds(null, message.size()) ? hold(message, true, null, completion) : Sent.NO_ROOM;
    }
    if (overflow == Overflow.COALESCE) {
      boolean reply = output.isAnswering();
      MessageOrder.Waiting newer = new MessageOrder.Waiting(message, true, key, reply, completion);
      if (order.replace(newer)) {
        boolean dropped = true;
        while (dropped && backlog.bytes() + order.bytes() > limits.maxQueuedBytes()) {
          dropped = order.dropOldest(newer);
        }
        return Sent.HELD;
      }
    }
    boolean dropped = true;
    while (dropped && !hasBounds(null, message.size())) {
      dropped = order.dropOldest(null);
    }
    return hold(message, true, key, completion);
  }

  /** Writes what has waited for more. */
  void sendParcelOff() {
    boolean failed;
    synchronized (this) {
      output.sendParcelOff();
      failed = output.failure() != null;
    }
    if (failed) {
      completions.tellElsewhere(); // the loop must not wait for them
    }
  }

  /**
   * Returns a frame that is made and compressed once for many; null if this peer needs its own:
   * masked, or compressed in a context that it shares with the messages before.
   */
  private byte @Nullable [] shared(OutgoingMessage message) {
    if (role == Role.CLIENT) {
      return null;
    }
    CompressedOutput compressing = compressed;
    return compressing == null ? message.frame() : compressing.shared(message);
  }

  /** Has other bounds hold from now on. */
  synchronized void limits(Limits own) {
    limits = own;
    output.gatherAtMost(own.sendHighWater());
  }

  private IOException whyNot() {
    IOException failure = output.failure();
    return failure != null ? failure : closed();
  }

  private static IOException closed() {
    return new IOException("a Close has been sent; nothing may follow it (RFC 6455 §5.5.1)");
  }

  /**
   * Sends bytes that are no frame: the opening handshake. A server's answer leaves with what the
   * listener sends when it is told of the opening, or when that takes long.
   */
  void raw(byte[] bytes) {
    synchronized (this) {
      output.ready(bytes, null, false);
    }
    completions.tell();
  }

  /** Sends a Pong, or remembers that it is owed; only the last one is (RFC 6455 §5.5.3). */
  void pong(byte[] payload, int from, int to) {
    synchronized (this) {
      if (!open) {
        return;
      }
      if (backlog.isWaiting()) {
        owedPong = Arrays.copyOfRange(payload, from, to);
      } else {
        guarded(true, Opcode.PONG, payload, from, to, null, true);
      }
    }
    completions.tell();
  }

  /**
   * Sends a Close frame, if none was sent before; data cannot be sent after it.
   *
   * @return whether this one was the first
   * @throws IllegalArgumentException if its code must not be sent, or its reason is too long
   */
  boolean close(ClosePayload payload) {
    boolean first = sendClose(payload);
    completions.tell();
    return first;
  }

  /** Does the same on the loop, which users must not hold up. */
  boolean closeAway(ClosePayload payload) {
    boolean first = sendClose(payload);
    completions.tellElsewhere();
    return first;
  }

  private synchronized boolean sendClose(ClosePayload payload) {
    byte[] bytes = payload.bytes(); // before anything changes, since it may be refused
    if (!open) {
      return false;
    }
    sendHeld(); // accepted before; what waits behind an open message fails
    if (!open || !closing.send(payload)) {
      return false;
    }
    open = false;
    guarded(true, Opcode.CLOSE, bytes, 0, bytes.length, null, true);
    order.fail(closed());
    signalRoom();
    return true;
  }

  /** Notes the peer's Close frame and returns whether it was the first. */
  synchronized boolean closeReceived(ClosePayload payload) {
    boolean first = closing.open();
    closing.receive(payload);
    return first;
  }

  synchronized ClosePayload answer() {
    return closing.answer();
  }

  synchronized ClosePayload cause() {
    return closing.cause();
  }

  /** Returns whether messages may still be sent; from any thread, without the lock. */
  boolean maySend() {
    return open;
  }

  /** Writes what waits, as far as the socket takes it; during a turn. */
  void flush() {
    drain();
    afterSending();
  }

  /** Does the same on the loop beside a stolen turn. */
  void flushAway() {
    drain();
    if (order.hasWaiting()) { // compressing them would hold up the loop
      ForkJoinPool.commonPool()
          .execute(
              () -> {
                afterSending();
                if (backlog.isWaiting()) {
                  wake.run(); // so that the poller is asked for output
                }
              });
    } else {
      completions.tellElsewhere();
    }
  }

  private synchronized void drain() {
    if (output.drain()) {
      payOwedPong();
    }
    output.shutDownIfFinished();
    signalRoom();
  }

  private void payOwedPong() {
    byte[] pong = owedPong;
    owedPong = null;
    if (pong != null && open) {
      guarded(true, Opcode.PONG, pong, 0, pong.length, null, true);
    }
  }

  /** Shuts the socket's output down once everything before has been written. */
  void finish() {
    synchronized (this) {
      output.finish();
    }
    completions.tell();
  }

  /** Fails everything, if nothing has before: the connection has ended. */
  void end() {
    IOException cause = failure();
    abort(cause == null ? new IOException("the connection has ended") : cause);
  }

  /** Fails everything that waits and whatever is sent from now on. */
  void abort(IOException cause) {
    fail(cause);
    completions.tell();
  }

  /** Does the same on the loop, which users must not hold up. */
  void abortAway(IOException cause) {
    fail(cause);
    completions.tellElsewhere();
  }

  private synchronized void fail(IOException cause) {
    if (output.failure() == null) {
      output.fail(cause);
    }
    CompressedOutput compressing = compressed;
    if (compressing != null) {
      compressing.end();
    }
    signalRoom();
  }

  /** Returns why nothing can be sent any more, or null; from any thread, without the lock. */
  @Nullable IOException failure() {
    return output.failure();
  }

  /** Returns whether bytes wait for the socket. */
  boolean waiting() {
    return backlog.isWaiting();
  }

  /** Returns when bytes last left or began to wait; 0 if none ever waited. */
  long progressAt() {
    return backlog.progressAt();
  }

  /** Returns whether whole messages wait that have not been made frames yet; from any thread. */
  boolean holdsMessages() {
    return order.hasWaiting();
  }

  /** Returns whether messages wait, for the socket or for one another; from any thread. */
  boolean messagesWait() {
    return backlog.isWaiting() || order.hasWaiting();
  }

  /**
   * Returns whether so many replies wait, in bytes or messages, that the peer is not to be read.
   */
  synchronized boolean repliesExceed(int bytes, int messages) {
    return replyBytes() > bytes || backlog.replies() + order.replies() > messages;
  }

  /** Lets so many replies wait beyond the bounds of what is queued. */
  synchronized void replyExtra(int bytes, int messages) {
    replyExtra = bytes;
    replyExtraMessages = messages;
  }

  private int replyBytes() {
    return backlog.replyBytes() + order.replyBytes();
  }

  /**
   * Returns since when a message has been open that its sender does not continue, while others wait
   * for it and the socket takes bytes; {@link Long#MAX_VALUE} if there is none.
   */
  synchronized long abandonedSince() {
    boolean wanted = order.hasWaiting() || roomWaiters != null;
    if (!order.isOpen() || !wanted || backlog.isWaiting() || !open) {
      return Long.MAX_VALUE;
    }
    return progress();
  }

  /**
   * Returns whether one more message of that size, or part of one, may wait next to what waits
   * already: next to other replies if it is one. One message of any size may.
   *
   * @param sender is not held up by what waits for the end of its own message
   */
  private boolean hasBounds(@Nullable Object sender, int size) {
    boolean all = !continues(sender);
    int messages;
    int bytes;
    if (output.isAnswering()) {
      messages = backlog.replies() + (all ? order.replies() : 0) - replyExtraMessages;
      bytes = backlog.replyBytes() + (all ? order.replyBytes() : 0) - replyExtra;
    } else {
      messages = backlog.size() + (all ? order.size() : 0);
      bytes = backlog.bytes() + (all ? order.bytes() : 0);
    }
    return messages <= 0
        || (size <= limits.maxQueuedBytes() - bytes && messages < limits.maxQueuedMessages());
  }

  /** Returns whether {@code sender} is in the middle of a message, for which others may wait. */
  private boolean continues(@Nullable Object sender) {
    return sender != null && order.isOpenFor(sender);
  }

  /**
   * Blocks until a message of that size may be sent: no other sender is in the middle of a message,
   * and less than the high-water mark waits, or, for a reply, fewer replies wait than that.
   *
   * @param nanos most time without progress: nothing that waits has left, and no other sender has
   *     sent a part of its message
   * @return false if there was no progress for so long
   */
  boolean awaitRoom(@Nullable Object sender, int size, long nanos) throws InterruptedException {
    Thread waiter = Thread.currentThread();
    long begun = System.nanoTime();
    try {
      while (true) {
        long left;
        synchronized (this) {
          long still = System.nanoTime() - later(begun, progress());
          if (!open || hasRoom(sender, size, still)) {
            return true;
          }
          left = nanos - still;
          if (left <= 0) {
            return false;
          }
          if (output.isAnswering() && still < REPLY_PATIENCE_NANOS) {
            left = Math.min(left, REPLY_PATIENCE_NANOS - still);
          }
          addRoomWaiter(waiter);
        }
        LockSupport.parkNanos(this, left);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    } finally {
      synchronized (this) {
        removeRoomWaiter(waiter);
      }
    }
  }

  /** Returns the later of two times; 0 stands for never. */
  private static long later(long one, long other) {
    return other != 0 && other - one > 0 ? other : one;
  }

  /** Returns when something that senders wait for has moved last; 0 for never. */
  synchronized long progress() {
    return order.isOpen() ? later(order.partAt(), backlog.progressAt()) : backlog.progressAt();
  }

  private void addRoomWaiter(Thread waiter) {
    List<Thread> all = roomWaiters;
    if (all == null) {
      all = new ArrayList<>(2);
      roomWaiters = all;
    }
    if (!all.contains(waiter)) {
      all.add(waiter);
      wake.run(); // so that a sender that has abandoned its message is noticed
    }
  }

  private void removeRoomWaiter(Thread waiter) {
    List<Thread> all = roomWaiters;
    if (all != null && all.remove(waiter) && all.isEmpty()) {
      roomWaiters = null;
    }
  }

  private void signalRoom() {
    List<Thread> all = roomWaiters;
    if (all != null) {
      all.forEach(LockSupport::unpark);
    }
  }

  /** Returns whether {@code sender} could send without waiting for anyone. */
  synchronized boolean hasRoom(@Nullable Object sender, int size) {
    return hasRoom(sender, size, 0);
  }

  /**
   * @param still nanoseconds for which the peer has taken nothing
   */
  private boolean hasRoom(@Nullable Object sender, int size, long still) {
    if (order.isOpenBeside(sender) || !hasBounds(sender, size)) {
      return false;
    }
    boolean all = !continues(sender);
    if (output.isAnswering()) {
      int replies = backlog.replyBytes() + (all ? order.replyBytes() : 0);
      return replies <= limits.sendHighWater() + replyExtra || still >= REPLY_PATIENCE_NANOS;
    }
    return backlog.bytes() + (all ? order.bytes() : 0) <= limits.sendHighWater();
  }

  /** The rows of the table in the class comment. */
  enum State {
    FREE,
    GATHERING,
    BATCHED,
    WAITING,
    FREE_OPEN,
    GATHERING_OPEN,
    WAITING_OPEN,
    CLOSED,
    CLOSED_WAITING,
    FAILED
  }

  /** Returns the state, as the calling thread sees it. */
  synchronized State state() {
    if (output.failure() != null) {
      return State.FAILED;
    }
    if (!open) {
      return backlog.isWaiting() ? State.CLOSED_WAITING : State.CLOSED;
    }
    if (backlog.isWaiting()) {
      return order.isOpen() ? State.WAITING_OPEN : State.WAITING;
    }
    if (output.isGathering()) {
      return order.isOpen() ? State.GATHERING_OPEN : State.GATHERING;
    }
    if (output.isBatched()) {
      return State.BATCHED; // a message cannot be begun before the batch has been written
    }
    return order.isOpen() ? State.FREE_OPEN : State.FREE;
  }

  /** Returns whether a turn is under way on this thread. */
  synchronized boolean inTurn() {
    return output.isAnswering();
  }

  /** Returns whether {@code sender} is in the middle of a message. */
  synchronized boolean isSending(Object sender) {
    return order.isOpenFor(sender);
  }
}
