package io.tautline.model;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The bounds of a server by name, as they are written in {@code @Endpoint(limits = …)}, a settings
 * file, the environment and on the command line. {@code Limits} of the runtime says what each is
 * for.
 */
public enum LimitName {
  HANDSHAKE_TIMEOUT(Kind.TIME, Scope.SERVER),
  MAX_SLOW_HANDSHAKES(Kind.COUNT, Scope.SERVER),
  MAX_HEAD_BYTES(Kind.BYTES, Scope.SERVER),
  MAX_HEADER_FIELDS(Kind.COUNT, Scope.SERVER),
  MAX_TARGET_BYTES(Kind.BYTES, Scope.SERVER),
  MAX_TEXT_BYTES(Kind.BYTES, Scope.CONNECTION),
  MAX_BINARY_BYTES(Kind.BYTES, Scope.CONNECTION),
  MAX_FRAME_BYTES(Kind.BYTES, Scope.CONNECTION),
  MAX_FRAGMENTS(Kind.COUNT, Scope.CONNECTION),
  MESSAGE_TIMEOUT(Kind.TIME, Scope.CONNECTION),
  MAX_UNFINISHED_BYTES(Kind.BYTES, Scope.SERVER),
  PING_INTERVAL(Kind.TIME_OR_NEVER, Scope.CONNECTION),
  DEAD_AFTER(Kind.TIME_OR_NEVER, Scope.CONNECTION),
  CLOSE_TIMEOUT(Kind.TIME, Scope.CONNECTION),
  STALL_TIMEOUT(Kind.TIME, Scope.CONNECTION),
  SEND_HIGH_WATER(Kind.BYTES, Scope.CONNECTION),
  MAX_QUEUED_BYTES(Kind.BYTES, Scope.CONNECTION),
  MAX_QUEUED_MESSAGES(Kind.COUNT, Scope.CONNECTION),
  MAX_CONNECTIONS(Kind.COUNT, Scope.SERVER),
  MAX_CARRIERS(Kind.COUNT, Scope.SERVER);

  private enum Kind {
    TIME,
    TIME_OR_NEVER,
    BYTES,
    COUNT
  }

  private enum Scope {
    SERVER,
    CONNECTION
  }

  private static final String UNITS_OF_TIME = "ms s min h";
  private static final String UNITS_OF_BYTES = "B KiB MiB GiB";

  private final Kind kind;
  private final Scope scope;

  LimitName(Kind kind, Scope scope) {
    this.kind = kind;
    this.scope = scope;
  }

  /** Returns the name in code, files and annotations, such as {@code maxTextBytes}. */
  public String key() {
    StringBuilder key = new StringBuilder();
    for (String word : name().split("_", -1)) {
      String lower = word.toLowerCase(Locale.ROOT);
      key.append(
          key.isEmpty() ? lower : Character.toUpperCase(lower.charAt(0)) + lower.substring(1));
    }
    return key.toString();
  }

  /** Returns the limit of that {@link #key}. */
  public static Optional<LimitName> of(String key) {
    for (LimitName name : values()) {
      if (name.key().equals(key)) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  /** Returns whether an endpoint may have its own: the others hold before it is known. */
  public boolean isOfConnections() {
    return scope == Scope.CONNECTION;
  }

  /**
   * Returns the value that a text stands for.
   *
   * @param text a time such as {@code 500 ms}, {@code 10 s} or {@code 1 min}; bytes such as {@code
   *     65536}, {@code 64 KiB} or {@code 1 MiB}; or a number
   * @return nanoseconds, bytes, or the number
   * @throws IllegalArgumentException naming the limit and what it takes
   */
  public long parse(String text) {
    if (this == MAX_FRAME_BYTES && text.equals("none")) {
      return Long.MAX_VALUE;
    }
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    try {
      long number = Long.parseLong(text.substring(0, digits));
      long value = Math.multiplyExact(number, unit(text.substring(digits).strip(), number));
      long most = isCounted() ? Integer.MAX_VALUE : Long.MAX_VALUE;
      if ((value > 0 || kind == Kind.TIME_OR_NEVER) && value <= most) {
        return value;
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      // told below
    }
    throw new IllegalArgumentException(key() + " takes " + form() + ", not \"" + text + "\"");
  }

  /** Returns whether the value must fit an int. */
  private boolean isCounted() {
    return kind == Kind.COUNT
        || (kind == Kind.BYTES && this != MAX_FRAME_BYTES && this != MAX_UNFINISHED_BYTES);
  }

  private long unit(String unit, long number) {
    return switch (kind) {
      case COUNT -> one(unit.isEmpty());
      case BYTES ->
          switch (unit) {
            case "", "B" -> 1;
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            default -> throw new IllegalArgumentException(unit);
          };
      case TIME, TIME_OR_NEVER ->
          switch (unit) {
            case "" -> one(number == 0);
            case "ms" -> TimeUnit.MILLISECONDS.toNanos(1);
            case "s" -> TimeUnit.SECONDS.toNanos(1);
            case "min" -> TimeUnit.MINUTES.toNanos(1);
            case "h" -> TimeUnit.HOURS.toNanos(1);
            default -> throw new IllegalArgumentException(unit);
          };
    };
  }

  private static long one(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException();
    }
    return 1;
  }

  /** Returns what the limit takes, for messages. */
  private String form() {
    return switch (kind) {
      case TIME -> "a time such as 500 ms, 10 s or 1 min";
      case TIME_OR_NEVER -> "a time such as 500 ms, 10 s or 1 min, or 0 for never";
      case BYTES -> "bytes such as 65536, 64 KiB or 1 MiB";
      case COUNT -> "a number above 0";
    };
  }

  /** Returns a value as {@link #parse} reads it, in the largest unit that leaves no rest. */
  public String format(long value) {
    return switch (kind) {
      case COUNT -> Long.toString(value);
      case BYTES -> value == Long.MAX_VALUE ? "none" : inUnits(value, UNITS_OF_BYTES);
      case TIME, TIME_OR_NEVER -> value == 0 ? "0" : inUnits(value, UNITS_OF_TIME);
    };
  }

  private String inUnits(long value, String units) {
    String best = value + " ns";
    for (String unit : units.split(" ", -1)) {
      long size = unit(unit, 1);
      if (value % size == 0) {
        best = value / size + " " + unit;
      }
    }
    return best;
  }
}
