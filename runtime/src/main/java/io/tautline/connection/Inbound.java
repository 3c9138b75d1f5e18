package io.tautline.connection;

import io.tautline.transport.Carrier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Everything on its way into one connection: one read a turn, handed to the phase as far as that
 * can take it. While it cannot, the socket is not read from. Used during turns only.
 */
final class Inbound {
  private final Connection connection;

  /** Input read but not taken, because the phase could take no more; else null. */
  private byte @Nullable [] unread;

  /** Whether the socket is not read from, until the phase can take input again. */
  private boolean paused;

  Inbound(Connection connection) {
    this.connection = connection;
  }

  boolean paused() {
    return paused;
  }

  /** Takes what was left over, then what the socket has. */
  void turn(Carrier carrier) {
    byte[] rest = unread;
    if (rest != null) {
      if (!connection.phase().ready()) {
        return;
      }
      unread = null;
      take(rest, 0, rest.length, carrier);
    }
    if (paused && unread == null && connection.phase().ready() && !connection.gone()) {
      paused = false;
      connection.interest(SelectionKey.OP_READ, true);
    }
    if (!paused && !connection.gone() && connection.readable()) {
      read(carrier);
    }
  }

  private void read(Carrier carrier) {
    ByteBuffer buffer = carrier.inBuffer();
    int n;
    try {
      n = connection.wire().read(buffer);
    } catch (IOException e) {
      connection.outbound().abort(e);
      connection.end();
      return;
    }
    if (n > 0) {
      take(carrier.in(), 0, n, carrier);
    } else if (n < 0) {
      connection.phase().ended();
    }
  }

  private void take(byte[] bytes, int from, int to, Carrier carrier) {
    int i = from;
    while (i < to && !connection.gone()) {
      if (!connection.phase().ready()) {
        unread = Arrays.copyOfRange(bytes, i, to);
        break;
      }
      i = connection.phase().received(bytes, i, to, carrier);
    }
    if (!connection.phase().ready() && !connection.gone()) {
      paused = true;
      connection.interest(SelectionKey.OP_READ, false);
    }
  }
}
