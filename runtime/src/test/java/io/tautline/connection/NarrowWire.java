package io.tautline.connection;

import io.tautline.transport.Socket;
import io.tautline.transport.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Takes as many bytes as a test lets it, and keeps them. */
final class NarrowWire implements Wire {
  final ByteArrayOutputStream taken = new ByteArrayOutputStream();
  int room;
  int writes;

  NarrowWire(int room) {
    this.room = room;
  }

  @Override
  public synchronized int write(ByteBuffer from) {
    writes++;
    byte[] some = new byte[Math.min(room, from.remaining())];
    from.get(some);
    taken.writeBytes(some);
    room -= some.length;
    return some.length;
  }

  @Override
  public int read(ByteBuffer into) {
    return 0;
  }

  @Override
  public void shutdownOutput() {}

  @Override
  public void close() {}

  @Override
  public Socket socket() {
    throw new AssertionError("there is none");
  }
}
