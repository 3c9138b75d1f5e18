package io.tautline.container;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values read from text: primitives and their classes as Jakarta WebSocket §4.3 and §4.7 have it,
 * enums, UUIDs, and whatever has a constructor or a static {@code valueOf} or {@code fromString}
 * that takes a String.
 */
public final class FromText {
  private static final Map<Class<?>, Function<String, Object>> PRIMITIVES =
      Map.ofEntries(
          Map.entry(boolean.class, Boolean::valueOf),
          Map.entry(Boolean.class, Boolean::valueOf),
          Map.entry(byte.class, Byte::valueOf),
          Map.entry(Byte.class, Byte::valueOf),
          Map.entry(char.class, FromText::character),
          Map.entry(Character.class, FromText::character),
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

  private static final MethodType READS = MethodType.methodType(Object.class, String.class);

  private FromText() {}

  private static Object character(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("no character");
    }
    return text.charAt(0); // what follows is passed over
  }

  /** Returns what reads a primitive of that class, or null if it is none. */
  static @Nullable Function<String, Object> primitive(Class<?> type) {
    return PRIMITIVES.get(type);
  }

  /** Returns whether {@code value} is sent as its text (§5.2.1). */
  static boolean isPrimitive(Object value) {
    return PRIMITIVES.containsKey(value.getClass());
  }

  /** Returns the zero of a primitive type, null for any other. */
  static @Nullable Object zero(Class<?> type) {
    return type.isPrimitive()
        ? java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(type, 1), 0)
        : null;
  }

  /** Returns whether a class has a way of its own to be read from a String. */
  public static boolean reads(Class<?> type) {
    return type == UUID.class || factory(type) != null || constructor(type) != null;
  }

  /**
   * Returns what reads a value of that class; it throws an {@link IllegalArgumentException} if it
   * cannot.
   *
   * @return null if nothing does
   */
  static @Nullable Function<String, Object> reader(Class<?> type) {
    return READERS.get(type).orElse(null);
  }

  private static final ClassValue<Optional<Function<String, Object>>> READERS =
      new ClassValue<>() {
        @Override
        protected Optional<Function<String, Object>> computeValue(Class<?> type) {
          return Optional.ofNullable(makeReader(type));
        }
      };

  @SuppressWarnings({"unchecked", "rawtypes"}) // asked of an enum class only
  private static @Nullable Function<String, Object> makeReader(Class<?> type) {
    Function<String, Object> primitive = PRIMITIVES.get(type);
    if (primitive != null) {
      return primitive;
    }
    if (type == String.class) {
      return text -> text;
    }
    if (type.isEnum()) {
      return text -> Enum.valueOf((Class<? extends Enum>) type, text);
    }
    if (type == UUID.class) {
      return UUID::fromString;
    }
    try {
      MethodHandles.Lookup own = MethodHandles.lookup();
      Method factory = factory(type);
      if (factory != null) {
        return reader(MethodHandles.privateLookupIn(type, own).unreflect(factory), type);
      }
      Constructor<?> constructor = constructor(type);
      return constructor == null
          ? null
          : reader(
              MethodHandles.privateLookupIn(type, own).unreflectConstructor(constructor), type);
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(
          type.getName() + " is not accessible. Open its package to io.tautline.runtime.", e);
    }
  }

  private static Function<String, Object> reader(MethodHandle handle, Class<?> type) {
    MethodHandle reads = handle.asType(READS);
    return text -> {
      try {
        return (Object) reads.invokeExact(text);
      } catch (Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalArgumentException("not a " + type.getSimpleName(), e);
      }
    };
  }

  private static @Nullable Method factory(Class<?> type) {
    for (String name : new String[] {"valueOf", "fromString"}) {
      try {
        Method method = type.getDeclaredMethod(name, String.class);
        boolean fits =
            Modifier.isStatic(method.getModifiers())
                && !Modifier.isPrivate(method.getModifiers())
                && method.getReturnType() == type;
        if (fits) {
          return method;
        }
      } catch (NoSuchMethodException e) {
        // perhaps under the other name
      }
    }
    return null;
  }

  private static @Nullable Constructor<?> constructor(Class<?> type) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(String.class);
      return Modifier.isAbstract(type.getModifiers())
              || Modifier.isPrivate(constructor.getModifiers())
          ? null
          : constructor;
    } catch (NoSuchMethodException e) {
      return null;
    }
  }
}
