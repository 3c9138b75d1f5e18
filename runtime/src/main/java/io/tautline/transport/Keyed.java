package io.tautline.transport;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** A channel that a {@link ChannelPoller} knows by a key. */
abstract class Keyed implements Pollable {
  private volatile @Nullable SelectionKey key;
  private @Nullable ChannelPoller poller;

  abstract SelectableChannel channel();

  @Override
  public final void register(Poller poller, int ops, Served served) throws IOException {
    this.poller = (ChannelPoller) poller;
    key = channel().register(this.poller.selector(), ops, served);
  }

  /** Returns the key that is valid now; null if this is not registered, or has been closed. */
  private @Nullable SelectionKey validKey() {
    SelectionKey registered = key;
    if (registered == null || registered.isValid()) {
      return registered;
    }
    ChannelPoller reopened = poller;
    SelectionKey renewed = reopened == null ? null : channel().keyFor(reopened.selector());
    if (renewed == null || !renewed.isValid()) {
      return null;
    }
    key = renewed;
    return renewed;
  }

  @Override
  public final int readyOps() {
    SelectionKey registered = validKey();
    try {
      return registered == null ? ALL_OPS : registered.readyOps();
    } catch (CancelledKeyException e) {
      return ALL_OPS;
    }
  }

  @Override
  public final boolean interest(int op, boolean on) {
    SelectionKey registered = validKey();
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
