package io.tautline.container;

import io.tautline.protocol.Opcode;
import jakarta.websocket.EncodeException;
import jakarta.websocket.RemoteEndpoint;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.Arrays;

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
    session.sender().sendPart(Opcode.TEXT, Sender.utf8(Arguments.required(partial)), last);
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
    return new BufferedWriter(new MessageWriter(session.sender()));
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

  /** A binary message written part by part; closing it sends the last part. */
  private static final class MessageOutputStream extends OutputStream {
    private static final int PART = 8192;

    private final Sender sender;
    private final byte[] buffer = new byte[PART];
    private int filled;
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
      if (closed) {
        throw new IOException("the message has been closed");
      }
      if (length >= PART) {
        flush();
        sender.sendPart(this, Opcode.BINARY, Arrays.copyOfRange(bytes, from, from + length), false);
        return;
      }
      if (length > PART - filled) {
        flush();
      }
      System.arraycopy(bytes, from, buffer, filled, length);
      filled += length;
    }

    @Override
    public void flush() throws IOException {
      if (filled > 0) {
        part(false);
      }
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        part(true);
      }
    }

    private void part(boolean last) throws IOException {
      sender.sendPart(this, Opcode.BINARY, Arrays.copyOf(buffer, filled), last);
      filled = 0;
    }
  }

  /** A text message written part by part; closing it sends the last part. */
  private static final class MessageWriter extends Writer {
    private final Sender sender;

    /** A high surrogate whose partner is in the next piece, or 0. */
    private char pending;

    private boolean closed;

    MessageWriter(Sender sender) {
      this.sender = sender;
    }

    @Override
    public void write(char[] chars, int from, int length) throws IOException {
      if (closed) {
        throw new IOException("the message has been closed");
      }
      if (length == 0) {
        return;
      }
      String text = (pending == 0 ? "" : pending) + new String(chars, from, length);
      pending = 0;
      int end = text.length();
      if (Character.isHighSurrogate(text.charAt(end - 1))) {
        pending = text.charAt(--end);
      }
      if (end > 0) {
        sender.sendPart(this, Opcode.TEXT, Sender.utf8(text.substring(0, end)), false);
      }
    }

    @Override
    public void flush() {
      // Nothing is held back but half a character.
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        sender.sendPart(
            this, Opcode.TEXT, Sender.utf8(pending == 0 ? "" : String.valueOf(pending)), true);
      }
    }
  }
}
