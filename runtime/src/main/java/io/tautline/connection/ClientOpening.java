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
import org.jspecify.annotations.Nullable;

/** A client's connection until the server has answered. */
final class ClientOpening implements Phase {
  private final Connection connection;
  private final ClientHandshake handshake;
  private final Headers extra;
  private final ClientListener listener;
  private HeadParser parser;
  private final long endsAt;
  private boolean connected;
  private boolean told;

  ClientOpening(
      Connection connection,
      ClientHandshake handshake,
      Headers extra,
      ClientListener listener,
      long now) {
    Limits limits = connection.limits();
    this.connection = connection;
    this.handshake = handshake;
    this.extra = extra;
    this.listener = listener;
    this.parser = parser(limits);
    this.endsAt = now + limits.handshakeTimeout().toNanos();
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
    try {
      if (!connection.wire().socket().finishConnect()) {
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
    @Nullable ResponseHead head = null;
    try {
      int end = parser.read(bytes, from, to);
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
      fail(e, head);
      return to;
    } catch (RuntimeException | Error e) {
      fail(new IOException("the client's own code failed", e), head);
      return to;
    }
  }

  private void fail(Exception cause, @Nullable ResponseHead head) {
    if (!told) {
      told = true;
      listener.failed(cause, head);
    }
    connection.end();
  }

  @Override
  public void ended() {
    fail(new EOFException("the server closed the connection during the handshake"), null);
  }

  @Override
  public void due(long now) {
    if (now >= endsAt) {
      String limit =
          LimitName.HANDSHAKE_TIMEOUT.format(connection.limits().handshakeTimeout().toNanos());
      fail(new SocketTimeoutException("no handshake within " + limit), null);
    }
  }

  @Override
  public long deadline(long now) {
    return endsAt;
  }

  @Override
  public void gone() {
    IOException cause = connection.outbound().failure();
    fail(cause != null ? cause : new EOFException("the connection was lost"), null);
  }
}
