package io.tautline.transport;

/**
 * Admits one log line a minute and counts the others, so that whatever happens often is reported
 * without filling the log. Used by any thread.
 */
public final class LogLimit {
  private static final long PERIOD_NANOS = 60_000_000_000L;

  private long admittedAt;
  private boolean admittedBefore;
  private long count;

  /** Makes a limit that admits the first line. */
  public LogLimit() {}

  /**
   * Counts one more event.
   *
   * @return 0 if it must not be logged; else how many events this line stands for: itself and those
   *     since the line before
   */
  public synchronized long admit() {
    count++;
    long now = System.nanoTime();
    if (admittedBefore && now - admittedAt < PERIOD_NANOS) {
      return 0;
    }
    admittedBefore = true;
    admittedAt = now;
    long admitted = count;
    count = 0;
    return admitted;
  }

  /** Returns words for a line that stands for {@code count} events; empty for one. */
  public static String times(long count) {
    return count == 1 ? "" : " (" + count + " times since the last report)";
  }
}
