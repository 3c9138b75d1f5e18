package io.tautline.epoll;

import io.tautline.transport.Socket;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A non-blocking stream socket of the system. */
final class EpollSocket extends Descriptor implements Socket {
  private static final ThreadLocal<ByteBuffer> ONE = ThreadLocal.withInitial(() -> Libc.memory(1));

  private @Nullable SocketAddress remote;

  /**
   * @param remote the peer's end, if it is known
   */
  EpollSocket(int fd, @Nullable SocketAddress remote) {
    super(fd);
    this.remote = remote;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (!into.hasRemaining()) {
      return 0;
    }
    enter();
    try {
      boolean direct = into.isDirect();
      int count = (int) (direct ? Libc.receiveDirect(fd, into) : Libc.receive(fd, into));
      if (count > 0) {
        into.position(into.position() + count);
        return count;
      }
      return count == 0 ? -1 : direct ? failed() : readOne(into);
    } finally {
      leave();
    }
  }

  /** Tries again with one byte, in the way that says why it fails. */
  private int readOne(ByteBuffer into) throws IOException {
    ByteBuffer one = ONE.get();
    long count = Libc.receiveDirect(fd, one);
    if (count > 0) {
      into.put(one.get(0));
      return 1;
    }
    return count == 0 ? -1 : failed();
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (!from.hasRemaining()) {
      return 0;
    }
    enter();
    try {
      boolean direct = from.isDirect();
      int count = (int) (direct ? Libc.sendDirect(fd, from) : Libc.send(fd, from));
      if (count >= 0) {
        from.position(from.position() + count);
        return count;
      }
      return direct ? failed() : writeOne(from);
    } finally {
      leave();
    }
  }

  private int writeOne(ByteBuffer from) throws IOException {
    ByteBuffer one = ONE.get().put(0, from.get(from.position()));
    if (Libc.sendDirect(fd, one) < 0) {
      return failed();
    }
    from.get();
    return 1;
  }

  /** Returns 0 if it was only too early; else throws why. */
  private static int failed() throws IOException {
    int errno = Libc.errno();
    if (errno == Libc.EAGAIN || errno == Libc.EINTR) {
      return 0;
    }
    throw Libc.failure(errno);
  }

  @Override
  public void shutdownOutput() throws IOException {
    enter();
    try {
      Libc.checked(Libc.shutdown(fd, Libc.SHUT_WR));
    } finally {
      leave();
    }
  }

  @Override
  public void close() {
    closeOnce();
  }

  @Override
  public boolean finishConnect() throws IOException {
    enter();
    try {
      int error = Libc.pendingError(fd);
      if (error != 0) {
        throw Libc.failure(error);
      }
      remote = Epoll.remote(fd);
      return remote != null;
    } finally {
      leave();
    }
  }

  @Override
  public SocketAddress localAddress() throws IOException {
    enter();
    try {
      return Epoll.local(fd);
    } finally {
      leave();
    }
  }

  @Override
  public SocketAddress remoteAddress() throws IOException {
    SocketAddress known = remote;
    if (known == null) {
      throw new SocketException("the socket is not connected");
    }
    return known;
  }
}
