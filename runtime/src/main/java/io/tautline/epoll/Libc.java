package io.tautline.epoll;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The functions of the C library that sockets need, and their numbers on Linux. To be touched only
 * where {@link Foreign#isPossible}.
 *
 * <p>They return what they return in C, −1 included; then {@link #errno} says why, to the same
 * thread. Buffers are direct, and used from their position; {@link #receive} and {@link #send} take
 * any, without a copy and without leaving Java.
 */
final class Libc {
  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOL_SOCKET = 1;
  static final int SO_REUSEADDR = 2;
  static final int SO_ERROR = 4;
  static final int IPPROTO_TCP = 6;
  static final int TCP_NODELAY = 1;
  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_V6ONLY = 26;
  static final int SHUT_WR = 1;
  static final int SHUT_RDWR = 2;

  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EAFNOSUPPORT = 97;
  static final int ECONNABORTED = 103;
  static final int EINPROGRESS = 115;
  private static final int EACCES = 13;
  private static final int EADDRINUSE = 98;
  private static final int EADDRNOTAVAIL = 99;
  private static final int ENETUNREACH = 101;
  private static final int ETIMEDOUT = 110;
  private static final int ECONNREFUSED = 111;
  private static final int EHOSTUNREACH = 113;

  private static final int SOCK_STREAM = 1;
  private static final int NONBLOCK = 0x800;
  private static final int CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;

  private static final MethodHandle RECV;
  private static final MethodHandle RECV_BUFFER;
  private static final MethodHandle SEND;
  private static final MethodHandle SEND_BUFFER;
  private static final MethodHandle EPOLL_CREATE;
  private static final MethodHandle EPOLL_CTL;
  private static final MethodHandle EPOLL_WAIT;
  private static final MethodHandle EVENTFD;
  private static final MethodHandle READ;
  private static final MethodHandle WRITE;
  private static final MethodHandle SOCKET;
  private static final MethodHandle BIND;
  private static final MethodHandle LISTEN;
  private static final MethodHandle CONNECT;
  private static final MethodHandle ACCEPT;
  private static final MethodHandle SETSOCKOPT;
  private static final MethodHandle GETSOCKOPT;
  private static final MethodHandle GETSOCKNAME;
  private static final MethodHandle GETPEERNAME;
  private static final MethodHandle SHUTDOWN;
  private static final MethodHandle CLOSE;
  private static final MethodHandle STRERROR;

  private static final Foreign C;
  private static final Map<Integer, String> REASONS = new ConcurrentHashMap<>();

  /** Where the functions called by one thread say why they failed. */
  private static final class Errno {
    private final ByteBuffer memory = memory(Integer.BYTES);
    private final Object segment = C.segment(memory);
  }

  private static final ThreadLocal<Errno> ERRNO = ThreadLocal.withInitial(Errno::new);

  static {
    Class<?> buffer = ByteBuffer.class;
    try {
      C = new Foreign();
      RECV = C.quick("recv", long.class, int.class, byte[].class, long.class, int.class);
      RECV_BUFFER = C.quick("recv", long.class, int.class, buffer, long.class, int.class);
      SEND = C.quick("send", long.class, int.class, byte[].class, long.class, int.class);
      SEND_BUFFER = C.quick("send", long.class, int.class, buffer, long.class, int.class);
      EPOLL_CREATE = C.call("epoll_create1", int.class, int.class);
      EPOLL_CTL = C.call("epoll_ctl", int.class, int.class, int.class, int.class, buffer);
      EPOLL_WAIT = C.call("epoll_wait", int.class, int.class, buffer, int.class, int.class);
      EVENTFD = C.call("eventfd", int.class, int.class, int.class);
      READ = C.call("read", long.class, int.class, buffer, long.class);
      WRITE = C.call("write", long.class, int.class, buffer, long.class);
      SOCKET = C.call("socket", int.class, int.class, int.class, int.class);
      BIND = C.call("bind", int.class, int.class, buffer, int.class);
      LISTEN = C.call("listen", int.class, int.class, int.class);
      CONNECT = C.call("connect", int.class, int.class, buffer, int.class);
      ACCEPT = C.call("accept4", int.class, int.class, buffer, buffer, int.class);
      SETSOCKOPT =
          C.call("setsockopt", int.class, int.class, int.class, int.class, buffer, int.class);
      GETSOCKOPT = C.call("getsockopt", int.class, int.class, int.class, int.class, buffer, buffer);
      GETSOCKNAME = C.call("getsockname", int.class, int.class, buffer, buffer);
      GETPEERNAME = C.call("getpeername", int.class, int.class, buffer, buffer);
      SHUTDOWN = C.call("shutdown", int.class, int.class, int.class);
      CLOSE = C.call("close", int.class, int.class);
      STRERROR = C.call("__xpg_strerror_r", int.class, int.class, buffer, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Libc() {}

  /** Returns memory that C can be given. */
  static ByteBuffer memory(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** Returns why the last call of this thread failed. */
  static int errno() {
    return ERRNO.get().memory.getInt(0);
  }

  /** Returns what to throw for {@code errno}. */
  static IOException failure(int errno) {
    String why = reason(errno);
    return switch (errno) {
      case EACCES, EADDRINUSE, EADDRNOTAVAIL -> new BindException(why);
      case ECONNREFUSED, ETIMEDOUT, ENETUNREACH -> new ConnectException(why);
      case EHOSTUNREACH -> new NoRouteToHostException(why);
      default -> new SocketException(why);
    };
  }

  /** Returns the system's words for {@code errno}. */
  static String reason(int errno) {
    return REASONS.computeIfAbsent(errno, Libc::askForReason);
  }

  private static String askForReason(int errno) {
    ByteBuffer text = memory(256);
    try {
      Object unused = ERRNO.get().segment;
      int unknown = (int) STRERROR.invokeExact(unused, errno, text, (long) text.capacity());
      int end = 0;
      while (end < text.capacity() && text.get(end) != 0) {
        end++;
      }
      return unknown != 0
          ? "error " + errno
          : StandardCharsets.UTF_8.decode(text.limit(end)).toString();
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  private static RuntimeException thrown(Throwable e) {
    if (e instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(e);
  }

  /** Returns {@code result}, or throws why there is none. */
  static int checked(int result) throws IOException {
    if (result < 0) {
      throw failure(errno());
    }
    return result;
  }

  static long receive(int fd, ByteBuffer into) {
    long length = into.remaining();
    try {
      Object errno = ERRNO.get().segment;
      return into.hasArray() && into.arrayOffset() + into.position() == 0
          ? (long) RECV.invokeExact(errno, fd, into.array(), length, 0)
          : (long) RECV_BUFFER.invokeExact(errno, fd, into, length, 0);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static long send(int fd, ByteBuffer from) {
    long length = from.remaining();
    try {
      Object errno = ERRNO.get().segment;
      return from.hasArray() && from.arrayOffset() + from.position() == 0
          ? (long) SEND.invokeExact(errno, fd, from.array(), length, MSG_NOSIGNAL)
          : (long) SEND_BUFFER.invokeExact(errno, fd, from, length, MSG_NOSIGNAL);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static int epollCreate() {
    try {
      return (int) EPOLL_CREATE.invokeExact(ERRNO.get().segment, CLOEXEC);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static int epollCtl(int epoll, int what, int fd, ByteBuffer event) {
    try {
      return (int) EPOLL_CTL.invokeExact(ERRNO.get().segment, epoll, what, fd, event);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static int epollWait(int epoll, ByteBuffer events, int most, int millis) {
    try {
      return (int) EPOLL_WAIT.invokeExact(ERRNO.get().segment, epoll, events, most, millis);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  /** Returns a descriptor of a counter, which is readable while it is not 0. */
  static int eventfd() {
    try {
      return (int) EVENTFD.invokeExact(ERRNO.get().segment, 0, NONBLOCK | CLOEXEC);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static long read(int fd, ByteBuffer into) {
    try {
      return (long) READ.invokeExact(ERRNO.get().segment, fd, into, (long) into.remaining());
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static long write(int fd, ByteBuffer from) {
    try {
      return (long) WRITE.invokeExact(ERRNO.get().segment, fd, from, (long) from.remaining());
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  /** Returns a non-blocking stream socket. */
  static int socket(int family) {
    try {
      return (int)
          SOCKET.invokeExact(ERRNO.get().segment, family, SOCK_STREAM | NONBLOCK | CLOEXEC, 0);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static int bind(int fd, ByteBuffer address) {
    try {
      return (int) BIND.invokeExact(ERRNO.get().segment, fd, address, address.remaining());
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static int listen(int fd, int backlog) {
    try {
      return (int) LISTEN.invokeExact(ERRNO.get().segment, fd, backlog);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static int connect(int fd, ByteBuffer address) {
    try {
      return (int) CONNECT.invokeExact(ERRNO.get().segment, fd, address, address.remaining());
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  /**
   * Returns a non-blocking socket.
   *
   * @param length of the address: of the buffer before, of what is in it after
   */
  static int accept(int fd, ByteBuffer address, ByteBuffer length) {
    try {
      return (int) ACCEPT.invokeExact(ERRNO.get().segment, fd, address, length, NONBLOCK | CLOEXEC);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static int setsockopt(int fd, int level, int option, int value) {
    ByteBuffer number = memory(4).putInt(0, value);
    try {
      return (int) SETSOCKOPT.invokeExact(ERRNO.get().segment, fd, level, option, number, 4);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  /** Returns the error that waits on a socket, or 0. */
  static int pendingError(int fd) {
    ByteBuffer number = memory(4);
    ByteBuffer length = memory(4).putInt(0, 4);
    try {
      int failed =
          (int)
              GETSOCKOPT.invokeExact(ERRNO.get().segment, fd, SOL_SOCKET, SO_ERROR, number, length);
      return failed < 0 ? errno() : number.getInt(0);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static int getsockname(int fd, ByteBuffer address, ByteBuffer length) {
    try {
      return (int) GETSOCKNAME.invokeExact(ERRNO.get().segment, fd, address, length);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static int getpeername(int fd, ByteBuffer address, ByteBuffer length) {
    try {
      return (int) GETPEERNAME.invokeExact(ERRNO.get().segment, fd, address, length);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static int shutdown(int fd, int how) {
    try {
      return (int) SHUTDOWN.invokeExact(ERRNO.get().segment, fd, how);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static int close(int fd) {
    try {
      return (int) CLOSE.invokeExact(ERRNO.get().segment, fd);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }
}
