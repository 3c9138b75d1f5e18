package io.tautline.tests.conformance;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/** What endpoints of a test say they were told, in order. */
final class Log {
  private static final BlockingQueue<String> LINES = new LinkedBlockingQueue<>();

  private Log() {}

  static void clear() {
    LINES.clear();
  }

  static void add(String line) {
    LINES.add(line);
  }

  static void expect(String line) throws InterruptedException {
    Assertions.assertThat(LINES.poll(10, TimeUnit.SECONDS)).isEqualTo(line);
  }

  static String next() throws InterruptedException {
    return String.valueOf(LINES.poll(10, TimeUnit.SECONDS));
  }
}
