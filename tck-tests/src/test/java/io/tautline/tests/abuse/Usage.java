package io.tautline.tests.abuse;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process has of everything that could leak.
 *
 * @param heapBytes live, after a collection
 * @param files open ones, sockets among them
 */
record Usage(long heapBytes, long files, int threads) {
  static Usage now() throws IOException {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new Usage(heap, openFiles(), Thread.activeCount());
  }

  /** Returns how many files are open, without a collection. */
  static long openFiles() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }
}
