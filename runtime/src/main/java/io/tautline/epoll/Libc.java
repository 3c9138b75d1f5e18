package io.tautline.epoll;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
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
 * thread. {@link #receive} and {@link #send} take buffers of any memory, without a copy and without
 * leaving Java.
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

  private static final Foreign C;
  private static final MethodHandle NUMBERS;
  private static final MethodHandle WITH_ARRAY;
  private static final MethodHandle WITH_BUFFER;
  private static final Object RECV;
  private static final Object SEND;
  private static final Object EPOLL_CREATE1;
  private static final Object EPOLL_CTL;
  private static final Object EPOLL_WAIT;
  private static final Object EVENTFD;
  private static final Object READ;
  private static final Object WRITE;
  private static final Object SOCKET;
  private static final Object BIND;
  private static final Object LISTEN;
  private static final Object CONNECT;
  private static final Object ACCEPT4;
  private static final Object SETSOCKOPT;
  private static final Object GETSOCKOPT;
  private static final Object GETSOCKNAME;
  private static final Object GETPEERNAME;
  private static final Object SHUTDOWN;
  private static final Object CLOSE;
  private static final Object STRERROR;
  private static final Map<Integer, String> REASONS = new ConcurrentHashMap<>();

  /** Where the functions called by one thread say why they failed. */
  private static final class Errno {
    private final ByteBuffer memory = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    private final Object segment = C.segment(memory);
  }

  private static final ThreadLocal<Errno> ERRNO = ThreadLocal.withInitial(Errno::new);

  static {
    try {
      C = new Foreign();
      NUMBERS = C.numbers();
      WITH_ARRAY = C.quick(byte[].class);
      WITH_BUFFER = C.quick(ByteBuffer.class);
      RECV = C.function("recv");
      SEND = C.function("send");
      EPOLL_CREATE1 = C.function("epoll_create1");
      EPOLL_CTL = C.function("epoll_ctl");
      EPOLL_WAIT = C.function("epoll_wait");
      EVENTFD = C.function("eventfd");
      READ = C.function("read");
      WRITE = C.function("write");
      SOCKET = C.function("socket");
      BIND = C.function("bind");
      LISTEN = C.function("listen");
      CONNECT = C.function("connect");
      ACCEPT4 = C.function("accept4");
      SETSOCKOPT = C.function("setsockopt");
      GETSOCKOPT = C.function("getsockopt");
      GETSOCKNAME = C.function("getsockname");
      GETPEERNAME = C.function("getpeername");
      SHUTDOWN = C.function("shutdown");
      CLOSE = C.function("close");
      STRERROR = C.function("__xpg_strerror_r");
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Libc() {}

  /** Has the functions found. */
  static void load() {
    // the class is loaded now
  }

  /** Returns where a direct buffer begins. */
  static long address(ByteBuffer direct) {
    return C.address(C.segment(direct));
  }

  private static int call(Object function, long a, long b, long c, long d, long e) {
    try {
      return (int) (long) NUMBERS.invokeExact(function, ERRNO.get().segment, a, b, c, d, e);
    } catch (Throwable t) {
      throw thrown(t);
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
    NativeMemory text = NativeMemory.of(256);
    if (call(STRERROR, errno, text.address(), text.size(), 0, 0) != 0) {
      return "error " + errno;
    }
    int end = 0;
    while (end < text.size() && text.bytes().get(end) != 0) {
      end++;
    }
    return StandardCharsets.UTF_8.decode(text.bytes().limit(end)).toString();
  }

  /** Returns {@code result}, or throws why there is none. */
  static int checked(int result) throws IOException {
    if (result < 0) {
      throw failure(errno());
    }
    return result;
  }

  static int receive(int fd, ByteBuffer into) {
    return transfer(RECV, fd, into, 0);
  }

  static int send(int fd, ByteBuffer from) {
    return transfer(SEND, fd, from, MSG_NOSIGNAL);
  }

  private static int transfer(Object function, long fd, ByteBuffer bytes, long flags) {
    Object errno = ERRNO.get().segment;
    long length = bytes.remaining();
    try {
      return bytes.hasArray() && bytes.arrayOffset() + bytes.position() == 0
          ? (int) (long) WITH_ARRAY.invokeExact(function, errno, fd, bytes.array(), length, flags)
          : (int) (long) WITH_BUFFER.invokeExact(function, errno, fd, bytes, length, flags);
    } catch (Throwable e) {
      throw thrown(e);
    }
  }

  static int epollCreate() {
    return call(EPOLL_CREATE1, CLOEXEC, 0, 0, 0, 0);
  }

  static int epollCtl(int epoll, int what, int fd, NativeMemory event) {
    return call(EPOLL_CTL, epoll, what, fd, event.address(), 0);
  }

  static int epollWait(int epoll, NativeMemory events, int most, int millis) {
    return call(EPOLL_WAIT, epoll, events.address(), most, millis, 0);
  }

  /** Returns a descriptor of a counter, which is readable while it is not 0. */
  static int eventfd() {
    return call(EVENTFD, 0, NONBLOCK | CLOEXEC, 0, 0, 0);
  }

  static int read(int fd, NativeMemory into) {
    return call(READ, fd, into.address(), into.size(), 0, 0);
  }

  static int write(int fd, NativeMemory from) {
    return call(WRITE, fd, from.address(), from.size(), 0, 0);
  }

  /** Returns a non-blocking stream socket. */
  static int socket(int family) {
    return call(SOCKET, family, SOCK_STREAM | NONBLOCK | CLOEXEC, 0, 0, 0);
  }

  /**
   * @param address up to its buffer's limit
   */
  static int bind(int fd, NativeMemory address) {
    try {
      return call(BIND, fd, address.address(), address.bytes().limit(), 0, 0);
    } finally {
      Reference.reachabilityFence(address);
    }
  }

  static int listen(int fd, int backlog) {
    return call(LISTEN, fd, backlog, 0, 0, 0);
  }

  /**
   * @param address up to its buffer's limit
   */
  static int connect(int fd, NativeMemory address) {
    try {
      return call(CONNECT, fd, address.address(), address.bytes().limit(), 0, 0);
    } finally {
      Reference.reachabilityFence(address);
    }
  }

  /**
   * Returns a non-blocking socket.
   *
   * @param length of the address: what there is room for before, what it takes after
   */
  static int accept(int fd, NativeMemory address, NativeMemory length) {
    return call(ACCEPT4, fd, address.address(), length.address(), NONBLOCK | CLOEXEC, 0);
  }

  static int setsockopt(int fd, int level, int option, int value) {
    NativeMemory number = NativeMemory.ofInt(value);
    try {
      return call(SETSOCKOPT, fd, level, option, number.address(), number.size());
    } finally {
      Reference.reachabilityFence(number);
    }
  }

  /** Returns the error that waits on a socket, or 0. */
  static int pendingError(int fd) {
    NativeMemory error = NativeMemory.ofInt(0);
    NativeMemory length = NativeMemory.ofInt(error.size());
    try {
      int failed = call(GETSOCKOPT, fd, SOL_SOCKET, SO_ERROR, error.address(), length.address());
      return failed < 0 ? errno() : error.bytes().getInt(0);
    } finally {
      Reference.reachabilityFence(length);
    }
  }

  static int getsockname(int fd, NativeMemory address, NativeMemory length) {
    return call(GETSOCKNAME, fd, address.address(), length.address(), 0, 0);
  }

  static int getpeername(int fd, NativeMemory address, NativeMemory length) {
    return call(GETPEERNAME, fd, address.address(), length.address(), 0, 0);
  }

  static int shutdown(int fd, int how) {
    return call(SHUTDOWN, fd, how, 0, 0, 0);
  }

  static int close(int fd) {
    return call(CLOSE, fd, 0, 0, 0, 0);
  }
}
