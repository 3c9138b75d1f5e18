package io.tautline.container;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Primitives and their classes, read from text as Jakarta WebSocket §4.3 and §4.7 have it. */
final class Primitives {
  private static final Map<Class<?>, Function<String, Object>> PARSERS =
      Map.ofEntries(
          Map.entry(boolean.class, Boolean::valueOf),
          Map.entry(Boolean.class, Boolean::valueOf),
          Map.entry(byte.class, Byte::valueOf),
          Map.entry(Byte.class, Byte::valueOf),
          Map.entry(char.class, Primitives::character),
          Map.entry(Character.class, Primitives::character),
          Map.entry(short.class, Short::valueOf),
          Map.entry(Short.class, Short::valueOf),
          Map.entry(int.class, Integer::valueOf),
          Map.entry(Integer.class, Integer::valueOf),
          Map.entry(long.class, Long::valueOf),
          Map.entry(Long.class, Long::valueOf),
          Map.entry(float.class, Float::valueOf),
          Map.entry(Float.class, Float::valueOf),
          Map.entry(double.class, Double::valueOf),
          Map.entry(Double.class, Double::valueOf));

  private Primitives() {}

  private static Object character(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("no character");
    }
    return text.charAt(0); // what follows is passed over
  }

  /** Returns what reads a primitive of that class, or null if it is none. */
  static @Nullable Function<String, Object> parser(Class<?> type) {
    return PARSERS.get(type);
  }

  /** Returns whether {@code value} is sent as its text (§5.2.1). */
  static boolean isPrimitive(Object value) {
    return PARSERS.containsKey(value.getClass());
  }

  /** Returns the zero of a primitive type, null for any other. */
  static @Nullable Object zero(Class<?> type) {
    return type.isPrimitive()
        ? java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(type, 1), 0)
        : null;
  }
}
