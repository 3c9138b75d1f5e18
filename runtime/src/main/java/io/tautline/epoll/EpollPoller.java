package io.tautline.epoll;

import io.tautline.transport.Poller;
import io.tautline.transport.Served;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * An {@code epoll}, level-triggered; it says by number what is ready, and a table tells what has
 * that number. Interest is changed at once, by any thread, so that no one need be woken up for it.
 */
final class EpollPoller implements Poller {
  /** Most events taken at once; what else is ready is told next time. */
  private static final int EVENTS = 1024;

  /** {@code struct epoll_event} is packed on this one. */
  private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

  private static final int EVENT_BYTES = PACKED ? 12 : 16;
  private static final int DATA_AT = PACKED ? 4 : 8;

  private static final int EPOLLIN = 1;
  private static final int EPOLLOUT = 4;
  private static final int EPOLLERR = 8;
  private static final int EPOLLHUP = 16;
  private static final int ADD = 1;
  private static final int DELETE = 2;
  private static final int MODIFY = 3;

  private static final int IN = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
  private static final int OUT = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

  /** A counter by which another thread ends the wait. */
  private static final class Bell extends Descriptor {
    private static final NativeMemory ONE = NativeMemory.of(Long.BYTES);

    static {
      ONE.bytes().putLong(0, 1);
    }

    Bell(int fd) {
      super(fd);
    }

    void ring() {
      try {
        enter();
      } catch (ClosedChannelException e) {
        return; // nobody waits any more
      }
      try {
        Libc.write(fd, ONE);
      } finally {
        leave();
      }
    }
  }

  /** Written with the lock of {@link #changed}, and on the loop only. */
  private volatile int epoll;

  private final Bell bell;
  private final NativeMemory rung = NativeMemory.of(Long.BYTES);
  private final NativeMemory events = NativeMemory.of(EVENTS * EVENT_BYTES);

  /** What a change is told by; guards itself, and {@link #closed}. */
  private final NativeMemory changed = NativeMemory.of(EVENT_BYTES);

  private boolean closed;

  /** What is registered, by number. */
  private @Nullable Descriptor[] registered = new Descriptor[64];

  /** What has been closed since it was waited last. */
  private final Queue<Descriptor> forgotten = new ConcurrentLinkedQueue<>();

  EpollPoller() throws IOException {
    epoll = Libc.checked(Libc.epollCreate());
    int counter = Libc.eventfd();
    if (counter < 0) {
      IOException cause = Libc.failure(Libc.errno());
      Libc.close(epoll);
      throw cause;
    }
    bell = new Bell(counter);
    tell(counter, ADD, EPOLLIN);
  }

  @Override
  public void poll(long millis) throws IOException {
    for (Descriptor one = forgotten.poll(); one != null; one = forgotten.poll()) {
      if (registered[one.fd] == one) {
        registered[one.fd] = null;
      }
    }
    int timeout = (int) Math.min(millis, Integer.MAX_VALUE);
    int count = Libc.epollWait(epoll, events, EVENTS, timeout);
    if (count < 0 && Libc.errno() != Libc.EINTR) {
      throw Libc.failure(Libc.errno());
    }
    for (int i = 0; i < count; i++) {
      int at = i * EVENT_BYTES;
      ready(events.bytes().getInt(at), events.bytes().getInt(at + DATA_AT));
    }
  }

  private void ready(int possible, int fd) {
    if (fd == bell.fd) {
      Libc.read(fd, rung);
      return;
    }
    Descriptor one = fd < registered.length ? registered[fd] : null;
    Served served = one == null ? null : one.ready(possible);
    if (served != null) {
      served.ready();
    }
  }

  /** Returns the operations that events allow, of those waited for. */
  static int ops(int events, int interest) {
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
      return interest; // trying will tell why
    }
    return interest & (((events & EPOLLIN) != 0 ? IN : 0) | ((events & EPOLLOUT) != 0 ? OUT : 0));
  }

  /** Puts something into the table; on the loop. */
  void add(Descriptor descriptor) {
    if (descriptor.fd >= registered.length) {
      registered = Arrays.copyOf(registered, Integer.highestOneBit(descriptor.fd) * 2);
    }
    registered[descriptor.fd] = descriptor;
  }

  /** Takes something that has been closed out of the table; from any thread. */
  void forget(Descriptor descriptor) {
    forgotten.add(descriptor);
  }

  /** Changes what is waited for; from any thread. */
  void change(Descriptor descriptor, int before, int after) {
    int what = after == 0 ? DELETE : before == 0 ? ADD : MODIFY;
    synchronized (changed) {
      if (!closed) {
        tell(descriptor.fd, what, wanted(after));
      }
      descriptor.waitedFor(after);
    }
  }

  private static int wanted(int ops) {
    return ((ops & IN) != 0 ? EPOLLIN : 0) | ((ops & OUT) != 0 ? EPOLLOUT : 0);
  }

  /** Has the system wait for a descriptor that it does not know, as far as it is waited for. */
  void waitAgain(int fd, int ops) {
    if (ops != 0) {
      tell(fd, ADD, wanted(ops));
    }
  }

  private void tell(int fd, int what, int wanted) {
    changed.bytes().putInt(0, wanted).putLong(DATA_AT, fd);
    if (Libc.epollCtl(epoll, what, fd, changed) < 0) {
      throw new UncheckedIOException(Libc.failure(Libc.errno()));
    }
  }

  @Override
  public void wakeup() {
    bell.ring();
  }

  @Override
  public List<Served> registered() {
    List<Served> all = new ArrayList<>();
    for (Descriptor one : registered) {
      if (one != null && one.isOpen() && one.served() != null) {
        all.add(one.served());
      }
    }
    return all;
  }

  @Override
  public void reopen() throws IOException {
    int fresh = Libc.checked(Libc.epollCreate());
    synchronized (changed) {
      int old = epoll;
      epoll = fresh;
      try {
        tell(bell.fd, ADD, EPOLLIN);
        for (Descriptor one : registered) {
          if (one != null && one.isOpen()) {
            one.waitAgain(this);
          }
        }
      } catch (UncheckedIOException e) {
        epoll = old;
        Libc.close(fresh);
        throw e.getCause();
      }
      Libc.close(old);
    }
  }

  @Override
  public void remind() {
    // The system forgets nothing, and tells again what has not been seen.
  }

  @Override
  public void close() {
    for (Descriptor one : registered) {
      if (one != null) {
        one.closeOnce();
      }
    }
    bell.closeOnce();
    synchronized (changed) {
      closed = true;
      Libc.close(epoll);
    }
  }
}
