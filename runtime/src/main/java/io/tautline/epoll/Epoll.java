package io.tautline.epoll;

import io.tautline.transport.ListeningSocket;
import io.tautline.transport.Poller;
import io.tautline.transport.Socket;
import io.tautline.transport.Sockets;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Linux's sockets, waited for by {@code epoll}. */
public final class Epoll implements Sockets {
  /** Set to {@code false} to do without. */
  public static final String PROPERTY = "io.tautline.epoll";

  private static final System.Logger LOG = System.getLogger("io.tautline.epoll");
  private static final Set<String> PROCESSORS = Set.of("amd64", "aarch64");

  private Epoll() {}

  /** Returns these sockets where they can be had, else {@code others}. */
  public static Sockets orElse(Sockets others) {
    boolean possible =
        System.getProperty("os.name").equals("Linux")
            && PROCESSORS.contains(System.getProperty("os.arch"))
            && !System.getProperty(PROPERTY, "true").equals("false")
            && Foreign.isPossible();
    if (!possible) {
      return others;
    }
    try {
      Libc.memory(0); // loads the functions
      return new Epoll();
    } catch (LinkageError e) {
      LOG.log(Level.DEBUG, "no native sockets", e);
      return others;
    }
  }

  @Override
  public Poller poller() throws IOException {
    return new EpollPoller();
  }

  @Override
  public ListeningSocket listen(SocketAddress address, int backlog) throws IOException {
    int family = SocketAddresses.family(address);
    int fd = Libc.socket(family);
    if (fd < 0 && family == Libc.AF_INET6 && Libc.errno() == Libc.EAFNOSUPPORT) {
      family = Libc.AF_INET;
      fd = Libc.socket(family);
    }
    Libc.checked(fd);
    try {
      if (family != Libc.AF_UNIX) {
        Libc.checked(Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1));
        noDelay(fd); // those accepted inherit it
      }
      if (family == Libc.AF_INET6) {
        Libc.checked(Libc.setsockopt(fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 0));
      }
      Libc.checked(Libc.bind(fd, SocketAddresses.encode(address, family)));
      Libc.checked(Libc.listen(fd, backlog));
      return new ListeningEpollSocket(fd);
    } catch (IOException | RuntimeException e) {
      Libc.close(fd);
      throw e;
    }
  }

  @Override
  public Socket connect(SocketAddress address) throws IOException {
    if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
      throw new UnknownHostException(inet.getHostString());
    }
    int family = SocketAddresses.family(address);
    int fd = Libc.checked(Libc.socket(family));
    try {
      if (family != Libc.AF_UNIX) {
        noDelay(fd);
      }
      if (Libc.connect(fd, SocketAddresses.encode(address, family)) < 0
          && Libc.errno() != Libc.EINPROGRESS) {
        throw Libc.failure(Libc.errno());
      }
      return new EpollSocket(fd, null);
    } catch (IOException | RuntimeException e) {
      Libc.close(fd);
      throw e;
    }
  }

  private static void noDelay(int fd) {
    if (Libc.setsockopt(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1) < 0) {
      LOG.log(Level.DEBUG, "setting TCP_NODELAY failed: {0}", Libc.failure(Libc.errno()));
    }
  }

  static SocketAddress local(int fd) throws IOException {
    ByteBuffer address = Libc.memory(SocketAddresses.MAX_BYTES);
    ByteBuffer length = Libc.memory(Integer.BYTES).putInt(0, SocketAddresses.MAX_BYTES);
    Libc.checked(Libc.getsockname(fd, address, length));
    return SocketAddresses.decode(address, length.getInt(0));
  }

  /** Returns the peer's address, or null while there is none. */
  static @Nullable SocketAddress remote(int fd) throws IOException {
    ByteBuffer address = Libc.memory(SocketAddresses.MAX_BYTES);
    ByteBuffer length = Libc.memory(Integer.BYTES).putInt(0, SocketAddresses.MAX_BYTES);
    return Libc.getpeername(fd, address, length) < 0
        ? null
        : SocketAddresses.decode(address, length.getInt(0));
  }
}
