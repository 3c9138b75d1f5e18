package io.tautline.epoll;

import io.tautline.transport.Pollable;
import io.tautline.transport.Poller;
import io.tautline.transport.Served;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * A file descriptor, and what is waited for on it.
 *
 * <p>The system gives the number of a closed descriptor to the next that is opened. So that no
 * thread ever uses one that has become another's, calls are counted.
 */
abstract class Descriptor extends CallCount implements Pollable {
  final int fd;

  /** What waits for this; null before {@link #register}. */
  private volatile @Nullable EpollPoller poller;

  private @Nullable Served served;

  /** What is waited for. Written with the lock. */
  private volatile int interest;

  /** What was possible last. */
  private int ready;

  Descriptor(int fd) {
    this.fd = fd;
  }

  /** Begins a call with {@link #fd}, which {@link #leave} ends. */
  final void enter() throws ClosedChannelException {
    if (!tryEnter()) {
      throw new ClosedChannelException();
    }
  }

  @Override
  final void giveBack() {
    Libc.close(fd);
  }

  /** Closes this, once; from any thread. Calls that are under way end by themselves. */
  final void closeOnce() {
    if (markClosed()) {
      EpollPoller registered = poller;
      try {
        if (registered != null) {
          registered.forget(this);
        }
      } finally {
        giveBackIfUnused(); // even if there was no memory to be forgotten with
      }
    }
  }

  /** Returns the address that this socket is bound to. */
  final SocketAddress boundTo() throws IOException {
    enter();
    try {
      NativeMemory address = NativeMemory.of(SocketAddresses.MAX_BYTES);
      NativeMemory length = NativeMemory.ofInt(address.size());
      Libc.checked(Libc.getsockname(fd, address, length));
      return SocketAddresses.decode(address, length);
    } finally {
      leave();
    }
  }

  @Override
  public final void register(Poller with, int ops, Served owner) throws IOException {
    EpollPoller registered = (EpollPoller) with;
    enter();
    try {
      served = owner;
      registered.add(this);
      poller = registered;
      interest(ops, true);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      leave();
      if (!isOpen()) {
        registered.forget(this); // whoever closed it may not have known of us
      }
    }
  }

  @Override
  public final int readyOps() {
    return isOpen() ? ready : ALL_OPS; // closed, whoever reads shall see it
  }

  /** Notes what is possible, of what is waited for, and returns who is to be told. */
  final @Nullable Served ready(int events) {
    int possible = EpollPoller.ops(events, interest);
    ready = possible;
    return possible == 0 ? null : served;
  }

  final @Nullable Served served() {
    return served;
  }

  @Override
  public final boolean interest(int op, boolean on) {
    return ((interest & op) == op) != on && change(op, on);
  }

  /** Notes what is waited for; with the poller's lock. */
  final void waitedFor(int ops) {
    interest = ops;
  }

  /** Has a reopened poller wait for this; with the poller's lock. */
  final void waitAgain(EpollPoller reopened) {
    try {
      enter();
    } catch (ClosedChannelException e) {
      return;
    }
    try {
      reopened.waitAgain(fd, interest);
    } finally {
      leave();
    }
  }

  private synchronized boolean change(int op, boolean on) {
    EpollPoller registered = poller;
    int before = interest;
    int after = on ? before | op : before & ~op;
    if (registered == null || after == before) {
      return false;
    }
    try {
      enter();
    } catch (ClosedChannelException e) {
      return false;
    }
    try {
      registered.change(this, before, after);
    } finally {
      leave();
    }
    return true;
  }
}
