package io.tautline.transport;

import java.util.ArrayDeque;

/**
 * What asks for a turn, first come, first served; used by whoever drives the loop.
 *
 * <p>Where a thousand connections come up one after the other, the processor has to get nearly all
 * that a turn touches from far away, and a turn waits for one object after the other: its atomic
 * operations let no later read begin early. Before the first of a few is taken, each of them is
 * therefore asked to {@link Served#fetch} by plain reads, which wait together.
 */
final class ReadyList {
  /** How many are fetched together; with 4 it gains less, with 16 no more. */
  static final int TOGETHER = 8;

  private final ArrayDeque<Served> queue = new ArrayDeque<>();

  /** How many at the head have been fetched. */
  private int fetched;

  /** What came of it: kept, so that the compiler lets the reads be. */
  @SuppressWarnings("UnusedVariable")
  private int sum;

  boolean isEmpty() {
    return queue.isEmpty();
  }

  int size() {
    return queue.size();
  }

  /** Adds what is not in the list. */
  void add(Served served) {
    if (!served.queued) {
      queue.add(served);
      served.queued = true;
    }
  }

  /** Takes the next; there must be one. */
  Served next() {
    if (fetched == 0) {
      fetch();
    }
    fetched--;
    Served next = queue.remove();
    next.queued = false;
    return next;
  }

  private void fetch() {
    for (Served one : queue) {
      sum += fetch(one);
      if (++fetched == TOGETHER) {
        break;
      }
    }
  }

  /** Has {@code served} fetch what its turn needs; if that fails, its next turn ends it. */
  static int fetch(Served served) {
    try {
      return served.fetch();
    } catch (RuntimeException | Error e) {
      served.broken = true;
      Fault.PREFETCH.tell(served, e);
      return 0;
    }
  }
}
