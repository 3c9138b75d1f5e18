package io.tautline.channel;

import io.tautline.deflate.MessageDeflater;
import io.tautline.deflate.MessageInflater;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Closing;
import io.tautline.protocol.FrameHeader;
import io.tautline.protocol.FrameReader;
import io.tautline.protocol.FrameWriter;
import io.tautline.protocol.MaskKeys;
import io.tautline.protocol.MessageAssembler;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.PreparedFrame;
import io.tautline.protocol.ProtocolException;
import io.tautline.protocol.Role;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Messages over a blocking channel that has been upgraded, for either role.
 *
 * <p>{@link #read} blocks for the next message; Pings are answered and the closing handshake is
 * held on the way. A message that arrived in one frame is a view of the read buffer, and writing
 * goes through one write buffer, so neither allocates; one that came compressed is a copy. One
 * thread reads; any thread writes.
 */
public final class WebSocketChannel implements Closeable {
  static final int BUFFER_BYTES = 64 * 1024;
  private static final int MAX_FRAGMENTS = 16 * 1024;
  private static final MaskKeys KEYS = new MaskKeys();

  private final ByteChannel channel;
  private final byte[] input;
  private final ByteBuffer in;
  private final byte[] output = new byte[BUFFER_BYTES];
  private final ByteBuffer out = ByteBuffer.wrap(output);
  private final FrameReader reader;
  private final MessageAssembler assembler;
  private final FrameWriter writer;
  private final Closing closing = new Closing();
  private final @Nullable MessageDeflater deflater;

  /** Shorter messages are written as they are. */
  private final int deflateFrom;

  /** Guarded by {@link #in}. */
  private boolean closed;

  /** Whether the message being written part by part is compressed; guarded by {@link #out}. */
  private boolean deflating;

  private boolean pongs;
  private int opcode;
  private byte[] bytes = {};
  private int from;
  private int to;

  /** Why writing an answer to a control frame failed, to be thrown by {@link #read}. */
  private @Nullable IOException failure;

  /**
   * Continues an upgraded channel.
   *
   * @param buffer the read buffer from now on
   * @param rest where the input begins that was read behind the handshake's head
   * @param end where it ends
   * @param maxMessageBytes longest message
   * @param deflater compresses what is written, or null
   * @param deflateFrom bytes from which a message is compressed
   * @param inflater decompresses what is read, or null
   */
  WebSocketChannel(
      ByteChannel channel,
      Role role,
      byte[] buffer,
      int rest,
      int end,
      int maxMessageBytes,
      @Nullable MessageDeflater deflater,
      int deflateFrom,
      @Nullable MessageInflater inflater) {
    this.channel = channel;
    this.input = buffer;
    this.in = ByteBuffer.wrap(buffer).position(rest).limit(end);
    this.deflater = deflater;
    this.deflateFrom = deflateFrom;
    this.writer = new FrameWriter(role, KEYS);
    this.assembler =
        new MessageAssembler(
            maxMessageBytes, maxMessageBytes, MAX_FRAGMENTS, inflater, new Messages());
    this.reader = new FrameReader(role, inflater == null ? 0 : FrameHeader.RSV1, assembler);
  }

  /**
   * Continues a channel that someone else has upgraded, without compression.
   *
   * @param maxMessageBytes longest message; a longer one fails with 1009
   */
  public WebSocketChannel(ByteChannel channel, Role role, int maxMessageBytes) {
    this(channel, role, new byte[BUFFER_BYTES], 0, 0, maxMessageBytes, null, 0, null);
  }

  /**
   * Blocks for the next message.
   *
   * @return {@link Opcode#TEXT}, {@link Opcode#BINARY}, or {@link Opcode#CLOSE} at the end; see
   *     {@link #text}, {@link #bytes} and {@link #cause}
   * @throws ProtocolException if the peer broke a rule; a Close with its code has been written
   * @throws EOFException if the peer is gone without a Close
   */
  public int read() throws IOException, ProtocolException {
    opcode = 0;
    while (opcode == 0) {
      if (!in.hasRemaining()) {
        in.clear();
        int n = channel.read(in);
        in.flip();
        if (n < 0) {
          throw new EOFException("the peer closed the connection without a closing handshake");
        }
      }
      try {
        take();
      } catch (ProtocolException e) {
        close(e.code(), ClosePayload.fit(e.rule()));
        throw e;
      }
      if (failure != null) {
        throw failure;
      }
    }
    return opcode;
  }

  /** Reads frames up to the end of a message. */
  private void take() throws IOException, ProtocolException {
    synchronized (in) {
      if (closed) {
        throw new ClosedChannelException();
      }
      in.position(reader.read(input, in.position(), in.limit()));
    }
  }

  /** Returns the message as text. */
  public String text() {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** Returns the message's payload, a view that is valid until the next {@link #read}. */
  public ByteBuffer bytes() {
    return ByteBuffer.wrap(bytes, from, to - from);
  }

  /** Returns the array that holds the payload, from {@link #from} to {@link #to}. */
  public byte[] array() {
    return bytes;
  }

  /** Returns where the payload begins in {@link #array}. */
  public int from() {
    return from;
  }

  /** Returns where the payload ends in {@link #array}. */
  public int to() {
    return to;
  }

  /** Returns the first Close either way, or 1006 if there was none. */
  public ClosePayload cause() {
    synchronized (out) {
      return closing.cause();
    }
  }

  /** Writes a whole text message. */
  public void writeText(String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    write(Opcode.TEXT, true, utf8, 0, utf8.length);
  }

  /**
   * Writes a frame of a message, and blocks until the channel has taken it.
   *
   * @param frame {@link Opcode#TEXT} or {@link Opcode#BINARY} for the first, {@link
   *     Opcode#CONTINUATION} for all others
   * @param fin whether it ends the message
   */
  public void write(int frame, boolean fin, byte[] payload, int begin, int end) throws IOException {
    synchronized (out) {
      requireOpen();
      if (frame != Opcode.CONTINUATION) {
        deflating = deflater != null && (!fin || end - begin >= deflateFrom);
      }
      if (deflater != null && deflating) {
        byte[] small = deflater.deflate(payload, begin, end, fin);
        int rsv = frame == Opcode.CONTINUATION ? 0 : FrameHeader.RSV1;
        frame(fin, rsv, frame, small, 0, deflater.length());
        deflater.release();
      } else {
        frame(fin, 0, frame, payload, begin, end);
      }
    }
  }

  /** Has {@link #read} return {@link Opcode#PONG} too, for each Pong; by the thread that reads. */
  public void readPongs() {
    pongs = true;
  }

  /** Writes a Ping. */
  public void ping(byte[] payload) throws IOException {
    if (payload.length > FrameHeader.MAX_CONTROL_PAYLOAD) {
      throw new IllegalArgumentException(
          "payload is " + payload.length + " bytes; at most 125 fit a Ping (RFC 6455 §5.5)");
    }
    synchronized (out) {
      requireOpen();
      frame(true, 0, Opcode.PING, payload, 0, payload.length);
    }
  }

  /** Writes a prepared frame, which must not be part of a message under way; a server only. */
  public void write(PreparedFrame frame) throws IOException {
    synchronized (out) {
      requireOpen();
      ByteBuffer buffer = frame.buffer();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }

  /** Starts the closing handshake, or does nothing if it has begun; {@link #read} ends it. */
  public void close(int code, String reason) throws IOException {
    close(new ClosePayload(code, reason));
  }

  private void close(ClosePayload payload) throws IOException {
    byte[] body = payload.bytes();
    synchronized (out) {
      if (closing.send(payload)) {
        frame(true, 0, Opcode.CLOSE, body, 0, body.length);
      }
    }
  }

  private void requireOpen() throws IOException {
    if (!closing.maySend()) {
      throw new IOException("a Close has been written; nothing may follow it");
    }
  }

  /** Writes a frame through the buffer, as often as that must be filled. */
  private void frame(boolean fin, int rsv, int frame, byte[] payload, int begin, int end)
      throws IOException {
    out.clear();
    int size = (int) Math.min(out.capacity(), writer.size(end - begin));
    int body = writer.header(output, 0, fin, rsv, frame, end - begin);
    int at = begin;
    int room = size - body;
    do {
      int n = Math.min(room, end - at);
      System.arraycopy(payload, at, output, body, n);
      writer.mask(output, body, body + n);
      at += n;
      out.position(0).limit(body + n);
      while (out.hasRemaining()) {
        channel.write(out);
      }
      body = 0;
      room = out.capacity();
    } while (at < end);
  }

  /**
   * Closes the channel, whether or not the closing handshake is over; from any thread. Whoever is
   * reading or writing gets an exception.
   */
  @Override
  public void close() throws IOException {
    try {
      channel.close(); // first, as it lets go those who hold the locks
    } finally {
      synchronized (in) {
        closed = true;
        assembler.end();
      }
      if (deflater != null) {
        synchronized (out) {
          deflater.end();
        }
      }
    }
  }

  /** Notes messages for {@link #read} and answers control frames. */
  private final class Messages implements MessageAssembler.Messages {
    @Override
    public void text(byte[] message, int begin, int end) {
      message(Opcode.TEXT, message, begin, end);
    }

    @Override
    public void binary(byte[] message, int begin, int end) {
      message(Opcode.BINARY, message, begin, end);
    }

    private void message(int kind, byte[] message, int begin, int end) {
      boolean lent = message != input && assembler.inflates(); // for the time of this call
      opcode = kind;
      bytes = lent ? Arrays.copyOfRange(message, begin, end) : message;
      from = lent ? 0 : begin;
      to = lent ? end - begin : end;
      reader.stop();
    }

    @Override
    public void part(int kind, byte[] message, int begin, int end, boolean last) {
      throw new IllegalStateException("nothing streams here");
    }

    @Override
    public void ping(byte[] payload, int begin, int end) {
      try {
        synchronized (out) {
          if (closing.maySend()) {
            frame(true, 0, Opcode.PONG, payload, begin, end);
          }
        }
      } catch (IOException e) {
        failure = e;
      }
    }

    @Override
    public void pong(byte[] payload, int begin, int end) {
      if (pongs) {
        message(Opcode.PONG, payload, begin, end);
      }
    }

    @Override
    public void close(ClosePayload payload) {
      try {
        synchronized (out) {
          closing.receive(payload);
          WebSocketChannel.this.close(closing.answer());
        }
      } catch (IOException e) {
        failure = e;
      }
      opcode = Opcode.CLOSE;
    }
  }
}
