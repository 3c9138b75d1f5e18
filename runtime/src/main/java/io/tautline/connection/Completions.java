package io.tautline.connection;

import io.tautline.transport.LogLimit;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Who is to be told what became of a message, once the lock of its {@link Outbound} is released.
 */
final class Completions {
  private static final System.Logger LOG = System.getLogger("io.tautline.connection");

  private static final LogLimit FAILURES = new LogLimit();

  private record Told(Completion completion, @Nullable IOException failure) {}

  private volatile @Nullable List<Told> told;

  /** Noted last among those that failed, and perhaps told already. */
  private @Nullable Completion lastFailed;

  /** Returns whether there is nobody to be told. */
  boolean isEmpty() {
    return told == null;
  }

  /**
   * Adds a callback to run. When a fault is handled at several levels, each adds the same callback;
   * it is added once.
   */
  void add(@Nullable Completion completion, @Nullable IOException failure) {
    if (completion == null) {
      return;
    }
    synchronized (this) {
      if (failure != null && completion == lastFailed) {
        return;
      }
      lastFailed = failure == null ? lastFailed : completion;
      List<Told> all = told;
      if (all == null) {
        all = new ArrayList<>(2);
        told = all;
      }
      all.add(new Told(completion, failure));
    }
  }

  /** Tells everyone noted so far; without the lock. */
  void tell() {
    if (isEmpty()) {
      return; // what others note, others tell
    }
    List<Told> all;
    synchronized (this) {
      all = told;
      told = null;
    }
    if (all != null) {
      all.forEach(one -> tell(one.completion, one.failure));
    }
  }

  /** Has everyone told by another thread, which may wait for it. */
  void tellElsewhere() {
    boolean someone;
    synchronized (this) {
      someone = told != null;
    }
    if (someone) {
      ForkJoinPool.commonPool().execute(this::tell);
    }
  }

  /** Tells one, whose own failure is no one else's. */
  static void tell(Completion completion, @Nullable Throwable failure) {
    try {
      completion.done(failure);
    } catch (RuntimeException | Error e) {
      long count = FAILURES.admit();
      if (count > 0) {
        LOG.log(Level.WARNING, "a send handler threw" + LogLimit.times(count), e);
      }
    }
  }
}
