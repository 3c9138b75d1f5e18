package io.tautline.transport;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** A channel that a {@link ChannelPoller} knows by a key. */
abstract class Keyed implements Pollable {
  private @Nullable SelectionKey key;

  abstract SelectableChannel channel();

  @Override
  public final void register(Poller poller, int ops, Served served) throws IOException {

    key = channel().register(((ChannelPoller) poller).selector(), ops, served);
  }

  @Override
  public final int readyOps() {
    SelectionKey registered = key;
    try {
      return registered == null || !registered.isValid() ? ALL_OPS : registered.readyOps();
    } catch (CancelledKeyException e) {
      return ALL_OPS;
    }
  }

  @Override
  public final boolean interest(int op, boolean on) {
    SelectionKey registered = key;
    if (registered == null) {
      return false;
    }
    try {
      if (((registered.interestOps() & op) != 0) == on) {
        return false;
      }
      int before = on ? registered.interestOpsOr(op) : registered.interestOpsAnd(~op);
      return ((before & op) != 0) != on;
    } catch (CancelledKeyException e) {
      return false;
    }
  }
}
