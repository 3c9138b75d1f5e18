package io.tautline.epoll;

import io.tautline.transport.ListeningSocket;
import io.tautline.transport.Socket;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A listening socket of the system. */
final class ListeningEpollSocket extends Descriptor implements ListeningSocket {
  /** Where the system writes who is there; used on one loop only. */
  private final NativeMemory peer = NativeMemory.of(SocketAddresses.MAX_BYTES);

  private final NativeMemory length = NativeMemory.of(Integer.BYTES);

  ListeningEpollSocket(int fd) {
    super(fd);
  }

  @Override
  public @Nullable Socket accept() throws IOException {
    enter();
    try {
      length.bytes().putInt(0, peer.size());
      int accepted = Libc.accept(fd, peer, length);
      if (accepted >= 0) {
        return accepted(accepted);
      }
      int errno = Libc.errno();
      if (errno == Libc.EAGAIN || errno == Libc.EINTR || errno == Libc.ECONNABORTED) {
        return null; // if there is more, it is told again
      }
      throw Libc.failure(errno);
    } finally {
      leave();
    }
  }

  private Socket accepted(int accepted) throws IOException {
    try {
      return new EpollSocket(accepted, SocketAddresses.decode(peer, length));
    } catch (IOException | RuntimeException | Error e) {
      Libc.close(accepted);
      throw e;
    }
  }

  @Override
  public SocketAddress address() throws IOException {
    return boundTo();
  }

  @Override
  public void close() {
    closeOnce();
  }
}
