package io.tautline.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How an amount is written in settings, and what it stands for. */
public enum Amount {
  /** Nanoseconds, above zero. */
  TIME("a time such as 500 ms, 10 s or 1 min", 1, Long.MAX_VALUE, Units.TIME),
  /** Nanoseconds; zero for never. */
  TIME_OR_NEVER(
      "a time such as 500 ms, 10 s or 1 min, or 0 for never", 0, Long.MAX_VALUE, Units.TIME),
  /** Bytes of something that is held in one piece. */
  BYTES("bytes such as 65536, 64 KiB or 1 MiB", 1, Integer.MAX_VALUE, Units.BYTES),
  /** Bytes of anything; {@link Long#MAX_VALUE} for no bound. */
  ANY_BYTES("bytes such as 64 KiB or 1 GiB, or none", 1, Long.MAX_VALUE, Units.BYTES),
  /** How many. */
  COUNT("a number above 0", 1, Integer.MAX_VALUE, Units.NONE);

  /** Units by name, the smallest first; no name stands for one. */
  private static final class Units {
    static final Map<String, Long> NONE = Map.of("", 1L);
    static final Map<String, Long> BYTES = new LinkedHashMap<>();
    static final Map<String, Long> TIME = new LinkedHashMap<>();

    static {
      BYTES.put("", 1L);
      BYTES.put("B", 1L);
      BYTES.put("KiB", 1L << 10);
      BYTES.put("MiB", 1L << 20);
      BYTES.put("GiB", 1L << 30);
      TIME.put("ms", TimeUnit.MILLISECONDS.toNanos(1));
      TIME.put("s", TimeUnit.SECONDS.toNanos(1));
      TIME.put("min", TimeUnit.MINUTES.toNanos(1));
      TIME.put("h", TimeUnit.HOURS.toNanos(1));
    }
  }

  private static final String NO_BOUND = "none";

  private final String form;
  private final long least;
  private final long most;

  @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
  private final Map<String, Long> units;

  Amount(String form, long least, long most, Map<String, Long> units) {
    this.form = form;
    this.least = least;
    this.most = most;
    this.units = units;
  }

  /**
   * Returns the value that a text stands for: nanoseconds, bytes or a number.
   *
   * @param setting its name, for the message
   * @throws IllegalArgumentException naming the setting and what it takes
   */
  public long parse(String setting, String text) {
    if (this == ANY_BYTES && text.equals(NO_BOUND)) {
      return most;
    }
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    try {
      long number = Long.parseLong(text.substring(0, digits));
      String name = text.substring(digits).strip();
      boolean nothing = number == 0 && name.isEmpty(); // needs no unit
      @Nullable Long unit = nothing ? Long.valueOf(1) : units.get(name);
      long value = unit == null ? -1 : Math.multiplyExact(number, unit);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // told below
    }
    throw new IllegalArgumentException(setting + " takes " + form + ", not \"" + text + "\"");
  }

  /** Returns a value as {@link #parse} reads it, in the largest unit that leaves no rest. */
  public String format(long value) {
    if (value == 0 || value == Long.MAX_VALUE) {
      return value == 0 ? "0" : NO_BOUND;
    }
    String best = Long.toString(value);
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (value % unit.getValue() == 0) {
        best = (value / unit.getValue() + " " + unit.getKey()).strip();
      }
    }
    return best;
  }
}
