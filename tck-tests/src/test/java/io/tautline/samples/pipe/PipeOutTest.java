package io.tautline.samples.pipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits for a program, on real pipes. */
class PipeOutTest {
  private static final int FULL_PIPE = 64 * 1024;
  private static final int BOUND = 10_000;

  @TempDir Path folder;

  private static byte[] packet(int number, int size) {
    return ByteBuffer.allocate(size).putInt(number).array();
  }

  @Test
  void noMoreThanTheBoundWaitsForAProgramThatIsStuck() throws Exception {
    Path pipe = folder.resolve("out.fifo");
    assertThat(Fifo.make(pipe, "--pipeout")).isTrue();
    Duration stuck = Duration.ofMillis(200);
    try (PipeOut out = new PipeOut(pipe, BOUND, stuck, () -> {})) {
      out.start();
      CompletableFuture<InputStream> opened =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return Files.newInputStream(pipe);
                } catch (java.io.IOException e) {
                  throw new AssertionError(e);
                }
              });
      assertThat(out.put(packet(0, 2 * FULL_PIPE))).isTrue(); // half of which fits
      try (InputStream in = opened.get(10, TimeUnit.SECONDS)) {
        assertThat(in.read()).isZero();
        for (int i = 1; i <= 1000; i++) {
          assertThat(out.put(packet(i, 1000))).isTrue(); // the first of all waits until it is stuck
        }
        assertThat(in.readNBytes(2 * FULL_PIPE - 1)).hasSize(2 * FULL_PIPE - 1);
        int packets = 0;
        int last = 0;
        while (last < 1000) {
          int next = ByteBuffer.wrap(in.readNBytes(1000)).getInt();
          assertThat(next).isGreaterThan(last);
          last = next;
          packets++;
        }
        assertThat(packets).isLessThanOrEqualTo(1 + BOUND / 1000);
      }
    }
  }

  @Test
  void aPipeThatCannotBeOpenedIsToldOnce() throws Exception {
    List<String> warnings = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
              warnings.add(String.valueOf(record.getParameters()[0]));
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger log = Logger.getLogger("io.tautline.samples.pipe");
    log.addHandler(handler);
    Path noPipe = Files.createDirectory(folder.resolve("folder"));
    try (PipeOut out = new PipeOut(noPipe, BOUND, Duration.ofSeconds(1), () -> {})) {
      out.start();
      await().pollDelay(Duration.ofMillis(1500)).until(() -> !warnings.isEmpty());
      assertThat(warnings).containsExactly(noPipe.toString());
    } finally {
      log.removeHandler(handler);
    }
  }
}
