package io.tautline.tests.abuse;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A peer that sends whatever it is told and says how that ended. */
final class RawSocket implements AutoCloseable {
  private final Socket socket = new Socket();
  private final DataInputStream in;

  RawSocket(int port) throws IOException {
    this(port, null);
  }

  /** Connects from that address of this machine, or any if it is null. */
  RawSocket(int port, @Nullable InetAddress from) throws IOException {
    if (from != null) {
      socket.bind(new InetSocketAddress(from, 0));
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  void send(byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // The server has had enough; its answer can still be read, or not.
    }
  }

  /** Reads a head; returns its status. */
  int status() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return Integer.parseInt(head.substring(9, 12));
  }

  /**
   * Returns how it ended: a status other than 101, {@code close} with a code, or {@code cut off}.
   * Messages on the way are passed over.
   */
  String outcome() throws IOException {
    try {
      int status = status();
      return status == 101 ? afterUpgrade() : Integer.toString(status);
    } catch (EOFException | SocketException e) {
      return "cut off";
    }
  }

  /** Returns how an upgraded connection ended. */
  String afterUpgrade() throws IOException {
    return closedBefore(-1);
  }

  /** Returns how it ended, or an empty string if a frame of that opcode came first. */
  String closedBefore(int wanted) throws IOException {
    try {
      while (true) {
        int opcode = in.readUnsignedByte() & 0xf;
        byte[] payload = payload();
        if (opcode == wanted) {
          return "";
        }
        if (opcode == 8) {
          return payload.length < 2
              ? "close"
              : "close " + ((payload[0] & 0xff) << 8 | payload[1] & 0xff);
        }
      }
    } catch (EOFException | SocketException e) {
      return "cut off";
    }
  }

  /** Returns whether the server has ended it, perhaps with an answer. */
  boolean hasEnded() throws IOException {
    socket.setSoTimeout(100);
    try {
      while (in.read() >= 0) {}
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    } finally {
      socket.setSoTimeout(10_000);
    }
  }

  /** Returns everything up to the end. */
  byte[] rest() throws IOException {
    return in.readAllBytes();
  }

  /** Has little room for what comes; before that. */
  void receiveLittle() throws IOException {
    socket.setReceiveBufferSize(4096);
  }

  /** Waits for a text message. */
  String text() throws IOException {
    while ((in.readUnsignedByte() & 0xf) != 1) {
      payload();
    }
    return new String(payload(), StandardCharsets.UTF_8);
  }

  private byte[] payload() throws IOException {
    int length = in.readUnsignedByte() & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = Math.toIntExact(in.readLong());
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return payload;
  }

  /** Ends by a reset, as a process that is killed may. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Returns a frame as a client sends it, masked with zeros. */
  static byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(first);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else if (payload.length < 65_536) {
      frame.write(0x80 | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
    } else {
      frame.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame.write((int) ((long) payload.length >> shift));
      }
    }
    frame.writeBytes(new byte[4]);
    frame.writeBytes(payload);
    return frame.toByteArray();
  }
}
