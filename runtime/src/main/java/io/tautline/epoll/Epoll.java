package io.tautline.epoll;

import io.tautline.transport.ChannelSockets;
import io.tautline.transport.ListeningSocket;
import io.tautline.transport.Poller;
import io.tautline.transport.Socket;
import io.tautline.transport.Sockets;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Linux's sockets, waited for by {@code epoll}. A message takes less of the processor than by
 * channels, and the start of the program more, since the functions have to be found first.
 */
public final class Epoll implements Sockets {
  /** The system property that asks for these, {@code true} or {@code false}. */
  public static final String PROPERTY = "io.tautline.epoll";

  private static final System.Logger LOG = System.getLogger("io.tautline.epoll");
  private static final Set<String> PROCESSORS = Set.of("amd64", "aarch64");

  private Epoll() {}

  /** Returns whether the system property asks for these sockets. */
  public static boolean isAskedFor() {
    return Boolean.getBoolean(PROPERTY);
  }

  /**
   * Returns these sockets if they are wanted, else channels; also, with a warning, where they
   * cannot be had.
   */
  public static Sockets orChannels(boolean wanted) {
    if (!wanted) {
      return new ChannelSockets();
    }
    String lacking = lacking();
    if (lacking == null) {
      try {
        Libc.load();
        return new Epoll();
      } catch (LinkageError e) {
        lacking = String.valueOf(e.getCause());
      }
    }
    LOG.log(Level.WARNING, "epoll is off: it needs {0}", lacking);
    return new ChannelSockets();
  }

  /** Returns what these sockets would need, or null. */
  private static @Nullable String lacking() {
    if (!System.getProperty("os.name").equals("Linux")
        || !PROCESSORS.contains(System.getProperty("os.arch"))) {
      return "Linux on x86-64 or AArch64";
    }
    if (Runtime.version().feature() < 22) {
      return "Java 22 or later";
    }
    return Foreign.isPossible() ? null : "java --enable-native-access=ALL-UNNAMED";
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
    } catch (IOException | RuntimeException | Error e) {
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
    } catch (IOException | RuntimeException | Error e) {
      Libc.close(fd);
      throw e;
    }
  }

  private static void noDelay(int fd) {
    if (Libc.setsockopt(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1) < 0) {
      LOG.log(Level.DEBUG, "setting TCP_NODELAY failed: {0}", Libc.failure(Libc.errno()));
    }
  }
}
