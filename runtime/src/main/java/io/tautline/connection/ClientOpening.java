package io.tautline.connection;

import io.tautline.handshake.ClientHandshake;
import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.HeadParser;
import io.tautline.handshake.Headers;
import io.tautline.handshake.ResponseHead;
import io.tautline.model.LimitName;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client's connection until the server has answered. */
final class ClientOpening implements Phase {
  private final Connection connection;
  private final ClientHandshake handshake;
  private final Headers extra;
  private final ClientListener listener;
  private final Dial dial;
  private HeadParser parser;
  private final Duration timeout;
  private final long endsAt;

  /** When the next address is tried, unless this one is connected by then. */
  private final long nextAt;

  private boolean triedNext;

  /** The response that rejects the handshake, while its body is read. */
  private @Nullable Rejection rejection;

  private @Nullable HandshakeException refusal;
  private boolean connected;
  private boolean told;

  ClientOpening(
      Connection connection,
      ClientHandshake handshake,
      Headers extra,
      ClientListener listener,
      Dial dial,
      Duration timeout,
      long endsAt) {
    this.connection = connection;
    this.handshake = handshake;
    this.extra = extra;
    this.listener = listener;
    this.dial = dial;
    this.parser = parser(connection.limits());
    this.timeout = timeout;
    this.endsAt = endsAt;
    this.nextAt = connection.loop().now() + Dial.DELAY_NANOS;
  }

  private static HeadParser parser(Limits limits) {
    return new HeadParser(limits.maxHeadBytes(), limits.maxHeaderFields(), limits.maxTargetBytes());
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public boolean reads(int ops) {
    return connected && (ops & SelectionKey.OP_READ) != 0;
  }

  @Override
  public void turn() {
    if (connected || told) {
      return;
    }
    if (dial.isOver()) {
      told = true; // another attempt is connected
      connection.end();
      return;
    }
    try {
      if (!connection.wire().socket().finishConnect()) {
        return;
      }
      if (!dial.connected()) {
        told = true;
        connection.end();
        return;
      }
      connected = true;
      connection.connected();
      connection.outbound().raw(handshake.request(extra));
    } catch (IOException e) {
      fail(e, null);
    }
  }

  @Override
  public int received(byte[] bytes, int from, int to) {
    if (told) {
      return to;
    }
    if (rejection != null) {
      rejected(bytes, from, to);
      return to;
    }
    @Nullable ResponseHead head = null;
    int end = -1;
    try {
      end = parser.read(bytes, from, to);
      if (end < 0) {
        return to;
      }
      ResponseHead response = parser.response();
      if (response.interim()) {
        parser = parser(connection.limits());
        return end;
      }
      head = response;
      String subprotocol = handshake.check(response);
      Compression compression = listener.compression(response);
      connection.open("", compression, c -> listener.accepted(c, response, subprotocol));
      told = true;
      return end;
    } catch (HandshakeException e) {
      if (head != null && head.status() != 101) {
        rejection = new Rejection(head);
        refusal = e;
        rejected(bytes, end, to);
      } else {
        fail(e, head);
      }
      return to;
    } catch (RuntimeException | Error e) {
      fail(new IOException("the client's own code failed", e), head);
      return to;
    }
  }

  /** Reads more of the body of a rejection, and fails the handshake once the body is complete. */
  private void rejected(byte[] bytes, int from, int to) {
    Rejection answer = rejection;
    if (answer != null) {
      answer.add(bytes, from, to);
      if (answer.isComplete()) {
        fail(null, null);
      }
    }
  }

  /** Fails, because the server has refused if it has, or for that cause. */
  private void fail(@Nullable Exception cause, @Nullable ResponseHead head) {
    if (!told) {
      told = true;
      Rejection answer = rejection;
      if (answer != null && refusal != null) {
        listener.failed(refusal, answer.head(), answer.body());
      } else if (cause != null && !connected) {
        dial.failed(cause);
      } else if (cause != null) {
        listener.failed(cause, head, Rejection.NO_BODY);
      }
    }
    connection.end();
  }

  @Override
  public void ended() {
    fail(new EOFException("the server closed the connection during the handshake"), null);
  }

  @Override
  public void due(long now) {
    if (!connected && !triedNext && now >= nextAt) {
      triedNext = true;
      dial.next();
    }
    if (now >= endsAt) {
      String limit = LimitName.HANDSHAKE_TIMEOUT.format(timeout.toNanos());
      fail(new SocketTimeoutException("no handshake within " + limit), null);
    }
  }

  @Override
  public long deadline(long now) {
    return connected || triedNext ? endsAt : Math.min(nextAt, endsAt);
  }

  @Override
  public void gone() {
    IOException cause = connection.outbound().failure();
    fail(cause != null ? cause : new EOFException("the connection was lost"), null);
  }
}
