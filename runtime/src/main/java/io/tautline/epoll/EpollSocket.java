package io.tautline.epoll;

import io.tautline.transport.Socket;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A non-blocking stream socket of the system. */
final class EpollSocket extends Descriptor implements Socket {
  /** The peer or the network is at fault; where that was noticed tells nothing. */
  private static final class Broken extends SocketException {
    private static final long serialVersionUID = 1L;

    Broken(String why) {
      super(why);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

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
      int count = Libc.receive(fd, into);
      if (count > 0) {
        into.position(into.position() + count);
        return count;
      }
      return count == 0 ? -1 : failed();
    } finally {
      leave();
    }
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (!from.hasRemaining()) {
      return 0;
    }
    enter();
    try {
      int count = Libc.send(fd, from);
      if (count >= 0) {
        from.position(from.position() + count);
        return count;
      }
      return failed();
    } finally {
      leave();
    }
  }

  /** Returns 0 if it was only too early; else throws why. */
  private static int failed() throws IOException {
    int errno = Libc.errno();
    if (errno == Libc.EAGAIN || errno == Libc.EINTR) {
      return 0;
    }
    throw new Broken(Libc.reason(errno));
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
      NativeMemory address = NativeMemory.of(SocketAddresses.MAX_BYTES);
      NativeMemory length = NativeMemory.ofInt(address.size());
      if (Libc.getpeername(fd, address, length) < 0) {
        return false;
      }
      remote = SocketAddresses.decode(address, length);
      return true;
    } finally {
      leave();
    }
  }

  @Override
  public SocketAddress localAddress() throws IOException {
    return boundTo();
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
