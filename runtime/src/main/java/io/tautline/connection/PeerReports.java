package io.tautline.connection;

import io.tautline.model.LimitName;
import io.tautline.transport.LogLimit;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what peers did that a server refused: limits that were hit, handshakes that were rejected,
 * messages that could not be decoded. Each kind is reported at INFO once a minute at most, with the
 * count and what to change; each single event is logged at DEBUG where it happens. Used by any
 * thread.
 *
 * <p>Kinds are the names of limits and a few statuses and words of ours, so peers cannot make more
 * of them.
 */
public final class PeerReports {
  private static final System.Logger LOG = System.getLogger("io.tautline.connection");

  private record Kind(AtomicLong count, LogLimit limit) {
    Kind() {
      this(new AtomicLong(), new LogLimit());
    }
  }

  private final Map<String, Kind> kinds = new ConcurrentHashMap<>();
  private final Limits limits;

  PeerReports(Limits limits) {
    this.limits = limits;
  }

  /** Returns how often each kind has happened. */
  public Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    kinds.forEach((name, kind) -> counts.put(name, kind.count.get()));
    return counts;
  }

  /** Counts a connection that is failed with {@code code}; {@code rule} may end with a limit. */
  void failed(int code, String rule) {
    if (!limit(rule)) {
      count("close " + code, "connections failed with close code " + code);
    }
  }

  /** Counts a handshake that is answered with a status of 400 or more. */
  void rejected(int status, String why) {
    if (!limit(why)) {
      count("handshake " + status, "handshakes rejected with status " + status + advice(status));
    }
  }

  private static String advice(int status) {
    return switch (status) {
      case 403 -> "; if these pages may connect, add them to the origins setting";
      case 426, 505 -> "; behind a proxy, forward the headers Upgrade and Connection by HTTP/1.1";
      default -> "";
    };
  }

  /** Counts a message that the endpoint's decoder refused. */
  public void undecodable() {
    count("undecodable messages", "messages that could not be decoded; see DEBUG for where");
  }

  /** Counts a limit if the text ends with the name of one in parentheses. */
  private boolean limit(String text) {
    int open = text.lastIndexOf('(');
    if (open < 0 || !text.endsWith(")")) {
      return false;
    }
    LimitName name = LimitName.of(text.substring(open + 1, text.length() - 1)).orElse(null);
    if (name == null) {
      return false;
    }
    String value = name.format(limits.get(name));
    count(name.key(), "peers hit the limit " + name.key() + " (the server's is " + value + ")");
    return true;
  }

  private void count(String name, String text) {
    Kind kind = kinds.computeIfAbsent(name, key -> new Kind());
    kind.count.incrementAndGet();
    long admitted = kind.limit.admit();
    if (admitted > 0) {
      LOG.log(Level.INFO, text + ": " + admitted + " since the last report");
    }
  }
}
