package io.tautline.tests.autobahn;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** A peer that speaks permessage-deflate by itself and is strict about what it hears. */
final class DeflatePeer implements AutoCloseable {
  private final Socket socket;
  private final DataInputStream in;
  private final boolean client;
  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private boolean sendsAlone;
  private boolean hearsAlone;
  private int hearsWindow = 15;
  private Inflater inflater = new Inflater(true);
  private StrictInflater strict = new StrictInflater(15);

  DeflatePeer(Socket socket, boolean client) throws IOException {
    this.socket = socket;
    this.client = client;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(30_000);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
  }

  /** Says what was agreed on for each direction. */
  void agreed(boolean sendsAlone, boolean hearsAlone, int hearsWindow) {
    this.sendsAlone = sendsAlone;
    this.hearsAlone = hearsAlone;
    this.hearsWindow = Math.max(9, hearsWindow);
    strict = new StrictInflater(this.hearsWindow);
  }

  void write(String head) throws IOException {
    socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Reads a head: the start line under "", the fields by small names. */
  Map<String, String> head() throws IOException {
    Map<String, String> head = new TreeMap<>();
    String line = line();
    head.put("", line);
    for (line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      head.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + ", " + b);
    }
    return head;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("in a head: " + line);
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  /** Sends a message compressed, in fragments of that many bytes, or whole for 0. */
  void send(byte[] message, boolean text, int fragment) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    deflater.setInput(message);
    int n;
    do {
      n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
      all.write(buffer, 0, n);
    } while (n == buffer.length);
    if (sendsAlone) {
      deflater.reset();
    }
    byte[] payload = all.toByteArray();
    int end = payload.length - 4;
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    int size = fragment == 0 ? Math.max(1, end) : fragment;
    for (int at = 0; at < end; at += size) {
      int to = Math.min(end, at + size);
      int first = at == 0 ? (text ? 1 : 2) | 0x40 : 0;
      frame(frames, first | (to == end ? 0x80 : 0), Arrays.copyOfRange(payload, at, to));
    }
    frames.writeTo(socket.getOutputStream());
  }

  private void frame(ByteArrayOutputStream out, int first, byte[] payload) {
    int mask = client ? 0x80 : 0;
    out.write(first);
    if (payload.length < 126) {
      out.write(mask | payload.length);
    } else if (payload.length < 65536) {
      out.write(mask | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(mask | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) payload.length >> shift));
      }
    }
    byte[] body = payload.clone();
    if (client) {
      byte[] key = new byte[4];
      ThreadLocalRandom.current().nextBytes(key);
      out.writeBytes(key);
      for (int i = 0; i < body.length; i++) {
        body[i] ^= key[i & 3];
      }
    }
    out.writeBytes(body);
  }

  /** Receives a message of that kind, compressed or not. */
  byte[] receive(boolean text) throws IOException {
    List<byte[]> pieces = new ArrayList<>();
    boolean compressed = false;
    boolean fin;
    do {
      int first = in.readUnsignedByte();
      int opcode = first & 15;
      boolean start = pieces.isEmpty();
      require((first & 0x30) == 0, "reserved bits");
      require(opcode == (start ? (text ? 1 : 2) : 0), "opcode " + opcode);
      require(start || (first & 0x40) == 0, "RSV1 on a continuation");
      compressed |= (first & 0x40) != 0;
      fin = (first & 0x80) != 0;
      pieces.add(payload());
    } while (!fin);
    byte[] payload = StrictInflater.join(pieces);
    return compressed ? inflate(payload) : payload;
  }

  private byte[] payload() throws IOException {
    int second = in.readUnsignedByte();
    require((second & 0x80) == 0 == client, "masking");
    long length = second & 0x7F;
    if (length == 126) {
      length = in.readUnsignedShort();
      require(length > 125, "shortest form");
    } else if (length == 127) {
      length = in.readLong();
      require(length > 65535, "shortest form");
    }
    byte[] key = client ? new byte[4] : in.readNBytes(4);
    byte[] body = in.readNBytes((int) length);
    for (int i = 0; i < body.length; i++) {
      body[i] ^= key[i & 3];
    }
    return body;
  }

  private byte[] inflate(byte[] payload) throws IOException {
    if (hearsWindow < 15) {
      if (hearsAlone) {
        strict = new StrictInflater(hearsWindow);
      }
      return strict.message(payload);
    }
    try {
      if (hearsAlone) {
        inflater.reset();
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 16];
      for (byte[] part : List.of(payload, new byte[] {0, 0, -1, -1})) {
        inflater.setInput(part);
        for (int n = inflater.inflate(buffer); n > 0; n = inflater.inflate(buffer)) {
          all.write(buffer, 0, n);
        }
      }
      return all.toByteArray();
    } catch (DataFormatException e) {
      throw new IOException(e);
    }
  }

  /** Starts the closing handshake and returns the code that comes back; null for none. */
  @Nullable Integer goodbye() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    frame(out, 0x88, new byte[] {3, (byte) 0xE8});
    out.writeTo(socket.getOutputStream());
    require(in.readUnsignedByte() == 0x88, "no Close came back");
    byte[] payload = payload();
    return payload.length < 2 ? null : (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF);
  }

  /** Returns whether the peer ends TCP. */
  boolean ended() throws IOException {
    return in.read() < 0;
  }

  private static void require(boolean kept, String rule) throws IOException {
    if (!kept) {
      throw new IOException(rule);
    }
  }

  @Override
  public void close() throws IOException {
    deflater.end();
    inflater.end();
    socket.close();
  }
}
