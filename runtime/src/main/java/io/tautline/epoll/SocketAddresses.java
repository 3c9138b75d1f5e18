package io.tautline.epoll;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;

/** Addresses as C has them: {@code sockaddr_in}, {@code sockaddr_in6}, {@code sockaddr_un}. */
final class SocketAddresses {
  /** Bytes of the longest. */
  static final int MAX_BYTES = 110;

  private static final int MAX_PATH_BYTES = 107; // and a zero

  private SocketAddresses() {}

  /** Returns the family that an address belongs to. */
  static int family(SocketAddress address) {
    if (address instanceof InetSocketAddress named && named.isUnresolved()) {
      throw new UnresolvedAddressException();
    }
    if (address instanceof UnixDomainSocketAddress) {
      return Libc.AF_UNIX;
    }
    boolean four =
        address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet4Address;
    // The address of any interface is that of both IP versions, as everywhere in Java.
    boolean any =
        address instanceof InetSocketAddress inet && inet.getAddress().isAnyLocalAddress();
    boolean both = any && !Boolean.getBoolean("java.net.preferIPv4Stack");
    return four && !both ? Libc.AF_INET : Libc.AF_INET6;
  }

  /** Returns an address for C, of that family, up to the limit of its buffer. */
  static NativeMemory encode(SocketAddress address, int family) throws IOException {
    NativeMemory memory = NativeMemory.of(MAX_BYTES);
    ByteBuffer encoded = memory.bytes().putShort((short) family);
    if (address instanceof UnixDomainSocketAddress unix) {
      byte[] path = unix.getPath().toString().getBytes(StandardCharsets.UTF_8);
      if (path.length > MAX_PATH_BYTES) {
        throw new SocketException(
            "path is " + path.length + " bytes; at most " + MAX_PATH_BYTES + " fit a socket");
      }
      encoded.put(path).put((byte) 0).flip();
      return memory;
    }
    if (!(address instanceof InetSocketAddress inet)) {
      throw new SocketException("no address of a socket: " + address);
    }
    InetAddress host = inet.getAddress();
    encoded.order(ByteOrder.BIG_ENDIAN).putShort((short) inet.getPort());
    if (family == Libc.AF_INET) {
      byte[] four = host instanceof Inet4Address ? host.getAddress() : new byte[4];
      encoded.put(four).putLong(0).flip();
      return memory;
    }
    Inet6Address six = host instanceof Inet6Address one ? one : null;
    byte[] sixteen = six == null ? new byte[16] : six.getAddress(); // or any
    encoded.putInt(0).put(sixteen); // no flow
    encoded.order(ByteOrder.nativeOrder()).putInt(six == null ? 0 : six.getScopeId()).flip();
    return memory;
  }

  /** Returns the address that C has written. */
  static SocketAddress decode(NativeMemory memory, NativeMemory written) throws IOException {
    ByteBuffer encoded = memory.bytes().clear().order(ByteOrder.nativeOrder());
    int length = Math.min(written.bytes().getInt(0), MAX_BYTES);
    int family = length < 2 ? Libc.AF_UNIX : encoded.getShort(0);
    if (family == Libc.AF_UNIX) {
      byte[] path = new byte[Math.max(0, length - 2)];
      encoded.get(2, path);
      int end = 0;
      while (end < path.length && path[end] != 0) {
        end++;
      }
      return UnixDomainSocketAddress.of(new String(path, 0, end, StandardCharsets.UTF_8));
    }
    int port = encoded.order(ByteOrder.BIG_ENDIAN).getShort(2) & 0xFFFF;
    byte[] host = new byte[family == Libc.AF_INET ? 4 : 16];
    encoded.get(family == Libc.AF_INET ? 4 : 8, host);
    int scope = family == Libc.AF_INET ? 0 : encoded.order(ByteOrder.nativeOrder()).getInt(24);
    InetAddress address =
        scope == 0
            ? InetAddress.getByAddress(host) // also makes IPv4 of what is mapped into IPv6
            : Inet6Address.getByAddress(null, host, scope);
    return new InetSocketAddress(address, port);
  }
}
