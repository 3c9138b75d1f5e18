package io.tautline.connection;

import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.HeadParser;
import io.tautline.handshake.Outcome;
import io.tautline.handshake.RequestHead;
import io.tautline.handshake.ServerHandshake;
import io.tautline.transport.LogLimit;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server's connection until its request has been answered. */
public final class ServerOpening implements Phase {
  private static final System.Logger LOG = System.getLogger("io.tautline.connection");

  private static final LogLimit FAILURES = new LogLimit();

  /**
   * What a peer may still send once it has been refused. Reading on lets it read the answer, since
   * closing a socket with unread input would reset it.
   */
  private static final int MAX_DROPPED = 256 * 1024;

  private static final int PAGE_CHUNK = 64 * 1024;

  /** How much of a page one turn sends at most. */
  private static final int TURN_CHUNKS = 8;

  private final Connection connection;
  private final RequestHandler handler;
  private final HeadParser parser;

  /** When a request that is not complete is a slow one. */
  private final long slowAt;

  /** When all is over. */
  private long endsAt;

  /** The address for which this counts as a slow handshake, or null. */
  private @Nullable InetAddress slowFrom;

  /** Whether it has been decided; the first decision counts. */
  private final AtomicBoolean answered = new AtomicBoolean();

  /** What was decided, until a turn has carried it out. */
  private volatile @Nullable Runnable decision;

  /** The request, once it is complete. */
  private @Nullable RequestHead head;

  /** What is to be done if there is no upgrade. */
  private @Nullable Runnable notOpened;

  /** Whether the answer is no upgrade; what still comes is dropped. */
  private boolean refused;

  /** How many bytes have been dropped. */
  private long dropped;

  /** What is left of a page that is being sent. */
  private @Nullable InputStream page;

  /** Whether a page is being sent, or waits for the socket. */
  private boolean sendsPage;

  ServerOpening(Connection connection, RequestHandler handler, long now) {
    Limits limits = connection.limits();
    this.connection = connection;
    this.handler = handler;
    this.parser =
        new HeadParser(limits.maxHeadBytes(), limits.maxHeaderFields(), limits.maxTargetBytes())
            .afterEmptyLine();
    this.slowAt = now + SlowHandshakes.SLOW_NANOS;
    this.endsAt = now + limits.handshakeTimeout().toNanos();
  }

  /** Returns the connection on which the request came. */
  public Connection connection() {
    return connection;
  }

  /**
   * Switches to frames; from any thread, once.
   *
   * @param accepted the answer
   * @param compression as the answer says, or null for none
   * @param listener makes what stands on the connection from now on, before the answer leaves
   */
  public void accept(
      Outcome.Accepted accepted,
      @Nullable Compression compression,
      Function<Connection, Listener> listener) {
    decide(() -> open(accepted, compression, listener));
  }

  /** Has something run if the connection ends without an upgrade; during the request's turn. */
  public void ifNotOpened(Runnable cleanUp) {
    if (connection.gone()) {
      cleanUp.run();
      return;
    }
    notOpened = cleanUp;
  }

  private void cleanUp() {
    Runnable action = notOpened;
    notOpened = null;
    if (action != null) {
      action.run();
    }
  }

  /** Answers without an upgrade and closes; from any thread, once. */
  public void reject(Outcome.Rejected answer) {
    decide(() -> refuse(answer));
  }

  /** Answers 503 because the server stops; who has been let in is open first, and told then. */
  void stop(String why) {
    boolean first =
        decide(
            () -> {
              endsAt = connection.loop().now();
              refuse(Outcome.Rejected.text(503, why, "Retry-After", "5"));
            });
    if (!first && !refused) { // an answer that is under way ends by itself
      connection.call(() -> connection.stop(why));
    }
  }

  /** Returns whether this was the first decision, which counts. */
  private boolean decide(Runnable decided) {
    boolean first = answered.compareAndSet(false, true);
    if (first) {
      decision = decided;
      connection.wake();
    }
    return first;
  }

  @Override
  public void turn() {
    Runnable decided = decision;
    if (decided != null) {
      decision = null;
      decided.run();
    }
    if (sendsPage) {
      sendPage();
    }
  }

  /** Sends as much of a page as the socket takes now, a chunk at a time. */
  private void sendPage() {
    for (int i = 0; page != null && !connection.outbound().waiting(); i++) {
      if (i == TURN_CHUNKS) {
        connection.wake(); // others come first
        return;
      }
      sendChunk(page);
    }
    if (page == null && !connection.outbound().waiting()) {
      sendsPage = false;
      endsAt = connection.loop().now() + connection.limits().handshakeTimeout().toNanos();
    }
  }

  private void sendChunk(InputStream from) {
    try {
      byte[] chunk = from.readNBytes(PAGE_CHUNK);
      if (chunk.length > 0) {
        connection.outbound().raw(chunk);
      } else {
        closePage();
        connection.outbound().finish();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "reading a page failed", e);
      closePage();
      connection.outbound().abort(e);
    }
  }

  private void closePage() {
    InputStream open = page;
    page = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "closing a page failed", e);
      }
    }
  }

  private void open(
      Outcome.Accepted accepted,
      @Nullable Compression compression,
      Function<Connection, Listener> listener) {
    RequestHead request = head;
    connection.open(
        request == null ? "" : request.path(),
        compression,
        opened -> {
          // First, so that whoever finds the connection open has been found by the listener.
          Listener standing = listener.apply(opened);
          opened.outbound().raw(accepted.bytes());
          return standing;
        });
  }

  private void refuse(Outcome.Rejected answer) {
    refused = true;
    if (answer.status() >= 400) {
      connection.reports().rejected(answer.status(), answer.text().strip());
    }
    cleanUp();
    RequestHead request = head;
    boolean bare = request != null && request.method().equals("HEAD");
    connection.outbound().raw(bare ? answer.head() : answer.bytes());
    page = answer.stream();
    sendsPage = page != null && !bare;
    if (!sendsPage) {
      closePage();
      connection.outbound().finish();
    }
    LOG.log(Level.DEBUG, "connection {0} answered {1}", connection, answer.status());
  }

  @Override
  public boolean ready() {
    return refused || head == null;
  }

  @Override
  public int received(byte[] bytes, int from, int to) {
    if (refused) {
      dropped += to - from;
      if (dropped > MAX_DROPPED) {
        connection.end();
      }
      return to;
    }
    int end = to;
    try {
      end = parser.read(bytes, from, to);
      if (end < 0) {
        return to;
      }
      RequestHead request = parser.request();
      head = request;
      leaveSlow();
      handler.handle(request, this);
    } catch (HandshakeException e) {
      LOG.log(Level.DEBUG, "connection {0} refused: {1}", connection, e.rule());
      reject(ServerHandshake.reject(e));
    } catch (RuntimeException | Error e) {
      failed(e);
    }
    turn();
    return end;
  }

  /** Answers 500, because the application has failed to decide; from any thread. */
  public void failed(Throwable fault) {
    long count = FAILURES.admit();
    if (count > 0) {
      String times = LogLimit.times(count);
      LOG.log(Level.WARNING, "handling a request failed on " + connection + times, fault);
    }
    reject(Outcome.Rejected.text(500, "the server failed to handle this request"));
  }

  @Override
  public void ended() {
    connection.end();
  }

  @Override
  public void due(long now) {
    if (sendsPage) {
      if (connection.stalled(now)) { // a page is sent as long as its reader takes it
        connection.outbound().abort(connection.stall());
      }
    } else if (now >= endsAt) {
      if (refused || (answered.get() && decision == null)) {
        connection.end(); // or carrying the answer out has failed
      } else if (head == null) {
        timeOut("no request within the time for a handshake (handshakeTimeout)", now);
      } else {
        reject(
            Outcome.Rejected.text(
                503, "no answer within the time for a handshake (handshakeTimeout)"));
      }
    } else if (now >= slowAt && mayBecomeSlow() && !enterSlow()) {
      timeOut("too many slow handshakes of one address (maxSlowHandshakes)", now);
    }
  }

  private boolean mayBecomeSlow() {
    return head == null && !refused && slowFrom == null;
  }

  private boolean enterSlow() {
    InetAddress from = address();
    if (from == null) {
      return true; // a UNIX-domain socket, or gone already
    }
    boolean entered = connection.slowHandshakes().enter(from);
    if (entered) {
      slowFrom = from;
    }
    return entered;
  }

  private @Nullable InetAddress address() {
    try {
      return connection.wire().socket().remoteAddress() instanceof InetSocketAddress inet
          ? inet.getAddress()
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  private void leaveSlow() {
    InetAddress from = slowFrom;
    if (from != null) {
      slowFrom = null;
      connection.slowHandshakes().leave(from);
    }
  }

  /** Says 408, as far as the socket takes it now, and ends with the next turn. */
  private void timeOut(String why, long now) {
    endsAt = now;
    LOG.log(Level.DEBUG, "connection {0} refused: {1}", connection, why);
    refuse(Outcome.Rejected.text(408, why));
  }

  @Override
  public long deadline(long now) {
    if (sendsPage) {
      return connection.outbound().waiting()
          ? connection.outbound().progressAt() + connection.limits().stallTimeout().toNanos()
          : Long.MAX_VALUE;
    }
    return now < slowAt && mayBecomeSlow() ? Math.min(slowAt, endsAt) : endsAt;
  }

  @Override
  public void gone() {
    closePage();
    leaveSlow();
    cleanUp();
  }
}
