package io.tautline;

/**
 * A message that makes earlier ones with the same key worthless, such as the price of one share;
 * see {@link SlowConsumer#COALESCE}. Other messages have their class for a key.
 */
public interface Coalesced {
  /** Returns the key, with {@code equals} and {@code hashCode}. */
  Object coalescingKey();
}
