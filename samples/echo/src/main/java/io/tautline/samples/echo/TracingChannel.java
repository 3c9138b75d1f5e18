package io.tautline.samples.echo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** Prints the handshake and the frames that pass, in both directions. */
final class TracingChannel implements ByteChannel {
  private final ByteChannel channel;
  private final Trace sent;
  private final Trace received;

  TracingChannel(ByteChannel channel, PrintStream out) {
    this.channel = channel;
    this.sent = new Trace("> ", out);
    this.received = new Trace("< ", out);
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int begin = into.position();
    int count = channel.read(into);
    if (count > 0) {
      received.pass(into.duplicate().position(begin).limit(begin + count));
    }
    return count;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int begin = from.position();
    int count = channel.write(from);
    sent.pass(from.duplicate().position(begin).limit(begin + count));
    return count;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
