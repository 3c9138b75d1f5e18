package io.tautline.transport;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A {@link Selector}. */
class ChannelPoller implements Poller {
  private volatile Selector selector = Selector.open();
  private final Consumer<SelectionKey> selected = ChannelPoller::selected;

  ChannelPoller() throws IOException {}

  Selector selector() {
    return selector;
  }

  @Override
  public void poll(long millis) throws IOException {
    if (millis == 0) {
      selector.selectNow(selected);
    } else if (millis < 0) {
      selector.select(selected);
    } else {
      selector.select(selected, millis);
    }
  }

  private static void selected(SelectionKey key) {
    if (key.attachment() instanceof Served served) {
      served.ready();
    }
  }

  @Override
  public void wakeup() {
    selector.wakeup();
  }

  @Override
  public List<Served> registered() {
    List<Served> all = new ArrayList<>();
    for (SelectionKey key : selector.keys()) {
      if (key.isValid() && key.attachment() instanceof Served served) {
        all.add(served);
      }
    }
    return all;
  }

  @Override
  public void reopen() throws IOException {
    Selector old = selector;
    Selector fresh = Selector.open();
    try {
      for (SelectionKey key : old.keys()) {
        if (key.isValid()) {
          key.channel().register(fresh, key.interestOps(), key.attachment());
        }
      }
    } catch (ClosedSelectorException | CancelledKeyException | IOException e) {
      fresh.close();
      throw e instanceof IOException io ? io : new IOException(e);
    }
    selector = fresh;
    old.close(); // its keys become invalid, by which each Keyed sees that it needs another
  }

  @Override
  public void remind() {
    for (SelectionKey key : selector.keys()) {
      if (key.isValid()) {
        int ops = key.interestOps();
        key.interestOpsAnd(~ops); // to the same as before, the selector would not look at it
        key.interestOpsOr(ops);
      }
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
  }
}
