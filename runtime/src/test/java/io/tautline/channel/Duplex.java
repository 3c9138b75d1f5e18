package io.tautline.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Pipe;

/** One end of a channel in memory, made of two pipes. */
final class Duplex implements ByteChannel {
  private final Pipe.SourceChannel in;
  private final Pipe.SinkChannel out;

  private Duplex(Pipe in, Pipe out) {
    this.in = in.source();
    this.out = out.sink();
  }

  /** Returns the two ends. */
  static Duplex[] pair() throws IOException {
    Pipe there = Pipe.open();
    Pipe back = Pipe.open();
    return new Duplex[] {new Duplex(back, there), new Duplex(there, back)};
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return in.read(into);
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return out.write(from);
  }

  @Override
  public boolean isOpen() {
    return in.isOpen();
  }

  @Override
  public void close() throws IOException {
    in.close();
    out.close();
  }
}
