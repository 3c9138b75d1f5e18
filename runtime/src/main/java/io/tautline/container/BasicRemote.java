package io.tautline.container;

import io.tautline.protocol.Opcode;
import jakarta.websocket.EncodeException;
import jakarta.websocket.RemoteEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** The peer, for sends that return when the message is on its way. */
final class BasicRemote implements RemoteEndpoint.Basic {
  private final TautlineSession session;

  BasicRemote(TautlineSession session) {
    this.session = session;
  }

  @Override
  public void sendText(String text) throws IOException {
    session.requireOpen();
    session.sender().sendBlocking(Arguments.required(text));
  }

  @Override
  public void sendBinary(ByteBuffer data) throws IOException {
    session.requireOpen();
    session.sender().sendBlocking(Opcode.BINARY, Sender.bytes(Arguments.required(data)));
  }

  @Override
  public void sendText(String partial, boolean last) throws IOException {
    session.requireOpen();
    session.sender().sendTextPart(Arguments.required(partial), last);
  }

  @Override
  public void sendBinary(ByteBuffer partial, boolean last) throws IOException {
    session.requireOpen();
    session.sender().sendPart(Opcode.BINARY, Sender.bytes(Arguments.required(partial)), last);
  }

  @Override
  public OutputStream getSendStream() {
    session.requireOpen();
    return new MessageOutputStream(session.sender());
  }

  @Override
  public Writer getSendWriter() {
    session.requireOpen();
    return new MessageWriter(session.sender());
  }

  @Override
  public void sendObject(Object data) throws IOException, EncodeException {
    session.requireOpen();
    session.sender().sendBlocking(Arguments.required(data));
  }

  @Override
  public void setBatchingAllowed(boolean allowed) {
    session.batchingAllowed(allowed);
  }

  @Override
  public boolean getBatchingAllowed() {
    return session.batchingAllowed();
  }

  @Override
  public void flushBatch() {
    // What a callback sends leaves when it returns or blocks, what a room is sent in a moment.
  }

  @Override
  public void sendPing(ByteBuffer data) throws IOException {
    session.sender().control(Opcode.PING, data);
  }

  @Override
  public void sendPong(ByteBuffer data) throws IOException {
    session.sender().control(Opcode.PONG, data);
  }

  /**
   * A binary message written part by part; closing it sends the last part, or nothing if nothing
   * was written. A message that failed is not completed. For one thread at a time.
   */
  private static final class MessageOutputStream extends OutputStream {
    private static final int PART = 8192;

    private final Sender sender;
    private final byte[] buffer = new byte[PART];
    private int filled;
    private boolean written;
    private boolean closed;

    MessageOutputStream(Sender sender) {
      this.sender = sender;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      Objects.checkFromIndexSize(from, length, bytes.length);
      if (closed) {
        throw new IOException("the message has been closed, or has failed");
      }
      written = true;
      if (length > PART - filled) {
        flush();
      }
      if (length >= PART) {
        send(Arrays.copyOfRange(bytes, from, from + length), false);
      } else {
        System.arraycopy(bytes, from, buffer, filled, length);
        filled += length;
      }
    }

    @Override
    public void flush() throws IOException {
      if (filled > 0 && !closed) {
        send(Arrays.copyOf(buffer, filled), false);
        filled = 0;
      }
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        if (written) {
          send(Arrays.copyOf(buffer, filled), true);
        }
        closed = true;
      }
    }

    private void send(byte[] part, boolean last) throws IOException {
      try {
        sender.sendPart(this, Opcode.BINARY, part, last);
      } catch (IOException | RuntimeException | Error e) {
        closed = true;
        throw e;
      }
    }
  }

  /** The same for a text message; a character may be cut between two calls. */
  private static final class MessageWriter extends Writer {
    private static final int PART = 8192;

    private final Sender sender;
    private final StringBuilder buffer = new StringBuilder();
    private boolean written;
    private boolean closed;

    MessageWriter(Sender sender) {
      this.sender = sender;
    }

    @Override
    public void write(char[] chars, int from, int length) throws IOException {
      Objects.checkFromIndexSize(from, length, chars.length);
      if (closed) {
        throw new IOException("the message has been closed, or has failed");
      }
      written = true;
      buffer.append(chars, from, length);
      if (buffer.length() >= PART) {
        flush();
      }
    }

    @Override
    public void flush() throws IOException {
      int end = buffer.length();
      if (end > 0 && Character.isHighSurrogate(buffer.charAt(end - 1))) {
        end--; // its partner is still to come
      }
      if (end > 0 && !closed) {
        send(buffer.substring(0, end), false);
        buffer.delete(0, end);
      }
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        if (written) {
          send(buffer.toString(), true);
        }
        closed = true;
      }
    }

    private void send(String part, boolean last) throws IOException {
      try {
        sender.sendPart(this, Opcode.TEXT, Sender.utf8(part), last);
      } catch (IOException | RuntimeException | Error e) {
        closed = true;
        throw e;
      }
    }
  }
}
