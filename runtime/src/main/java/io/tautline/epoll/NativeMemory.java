package io.tautline.epoll;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside the heap, which C functions are given by its address. It lasts as long as this.
 *
 * @param bytes in the system's order
 */
record NativeMemory(ByteBuffer bytes, long address) {
  static NativeMemory of(int size) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    return new NativeMemory(bytes, Libc.address(bytes));
  }

  /** Returns memory that holds one number. */
  static NativeMemory ofInt(int value) {
    NativeMemory memory = of(Integer.BYTES);
    memory.bytes.putInt(0, value);
    return memory;
  }

  int size() {
    return bytes.capacity();
  }
}
