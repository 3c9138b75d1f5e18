package io.tautline.model;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The bounds of a server by name, as they are written in {@code @Endpoint(limits = …)}, a settings
 * file, the environment and on the command line. {@code Limits} of the runtime says what each is
 * for.
 */
public enum LimitName {
  HANDSHAKE_TIMEOUT(Amount.TIME, Scope.SERVER),
  MAX_SLOW_HANDSHAKES(Amount.COUNT, Scope.SERVER),
  MAX_HEAD_BYTES(Amount.BYTES, Scope.SERVER),
  MAX_HEADER_FIELDS(Amount.COUNT, Scope.SERVER),
  MAX_TARGET_BYTES(Amount.BYTES, Scope.SERVER),
  MAX_TEXT_BYTES(Amount.BYTES, Scope.CONNECTION),
  MAX_BINARY_BYTES(Amount.BYTES, Scope.CONNECTION),
  MAX_FRAME_BYTES(Amount.ANY_BYTES, Scope.CONNECTION),
  MAX_FRAGMENTS(Amount.COUNT, Scope.CONNECTION),
  MESSAGE_TIMEOUT(Amount.TIME, Scope.CONNECTION),
  MAX_UNFINISHED_BYTES(Amount.ANY_BYTES, Scope.SERVER),
  PING_INTERVAL(Amount.TIME_OR_NEVER, Scope.CONNECTION),
  DEAD_AFTER(Amount.TIME_OR_NEVER, Scope.CONNECTION),
  CLOSE_TIMEOUT(Amount.TIME, Scope.CONNECTION),
  STALL_TIMEOUT(Amount.TIME, Scope.CONNECTION),
  SEND_HIGH_WATER(Amount.BYTES, Scope.CONNECTION),
  MAX_QUEUED_BYTES(Amount.BYTES, Scope.CONNECTION),
  MAX_QUEUED_MESSAGES(Amount.COUNT, Scope.CONNECTION),
  MAX_PENDING_ANSWERS(Amount.COUNT, Scope.CONNECTION),
  MAX_CONNECTIONS(Amount.COUNT, Scope.SERVER),
  MAX_BLOCKED_HANDLERS(Amount.COUNT, Scope.SERVER),
  MAX_BLOCKED_PER_ENDPOINT(Amount.COUNT, Scope.CONNECTION);

  private enum Scope {
    SERVER,
    CONNECTION
  }

  private final Amount amount;
  private final Scope scope;

  LimitName(Amount amount, Scope scope) {
    this.amount = amount;
    this.scope = scope;
  }

  /** Returns the name in code, files and annotations, such as {@code maxTextBytes}. */
  public String key() {
    return key(name());
  }

  /** Returns the name in a file of what is called {@code constant} in the environment. */
  public static String key(String constant) {
    StringBuilder key = new StringBuilder();
    for (String word : constant.toLowerCase(Locale.ROOT).split("_", -1)) {
      key.append(key.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return key.toString();
  }

  /** Returns the limit of that {@link #key}. */
  public static Optional<LimitName> of(String key) {
    return Stream.of(values()).filter(name -> name.key().equals(key)).findFirst();
  }

  /** Returns whether an endpoint may have its own: the others hold before it is known. */
  public boolean isOfConnections() {
    return scope == Scope.CONNECTION;
  }

  /**
   * Returns the value that a text stands for: nanoseconds, bytes or a number.
   *
   * @throws IllegalArgumentException naming the limit and what it takes
   */
  public long parse(String text) {
    return amount.parse(key(), text);
  }

  /** Returns a value as {@link #parse} reads it. */
  public String format(long value) {
    return amount.format(value);
  }
}
