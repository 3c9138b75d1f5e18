package io.tautline.epoll;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Makes method handles of C functions by {@code java.lang.foreign}, which is found by reflection,
 * since it is younger than the Java this is compiled for.
 */
final class Foreign {
  private static final String PACKAGE = "java.lang.foreign.";

  private final Class<?> linkerType = Class.forName(PACKAGE + "Linker");
  private final Class<?> option = Class.forName(PACKAGE + "Linker$Option");
  private final Class<?> segment = Class.forName(PACKAGE + "MemorySegment");
  private final Class<?> layout = Class.forName(PACKAGE + "MemoryLayout");
  private final Class<?> values = Class.forName(PACKAGE + "ValueLayout");
  private final Class<?> descriptor = Class.forName(PACKAGE + "FunctionDescriptor");
  private final Object linker = linkerType.getMethod("nativeLinker").invoke(null);
  private final Object symbols = linkerType.getMethod("defaultLookup").invoke(linker);
  private final Method find =
      Class.forName(PACKAGE + "SymbolLookup").getMethod("find", String.class);
  private final Object critical = option.getMethod("critical", boolean.class).invoke(null, true);
  private final Object errno =
      option
          .getMethod("captureCallState", String[].class)
          .invoke(null, (Object) new String[] {"errno"});
  private final Object[] blocking = {errno};
  private final Object[] quick = {critical, errno};
  private final MethodHandle ofArray = segmentOf("ofArray", byte[].class);
  private final MethodHandle ofBuffer =
      segmentOf("ofBuffer", Buffer.class).asType(MethodType.methodType(segment, ByteBuffer.class));

  /** Finds what is needed. */
  Foreign() throws ReflectiveOperationException {}

  /** Returns whether there is such a package, and this code may use it. */
  static boolean isPossible() {
    try {
      Class.forName(PACKAGE + "Linker$Option").getMethod("critical", boolean.class); // final in 22
      return (boolean)
          Module.class.getMethod("isNativeAccessEnabled").invoke(Foreign.class.getModule());
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  private MethodHandle segmentOf(String name, Class<?> memory) throws ReflectiveOperationException {
    return MethodHandles.publicLookup()
        .findStatic(segment, name, MethodType.methodType(segment, memory));
  }

  /** Returns memory as C functions are given it; {@code buffer} is direct. */
  Object segment(ByteBuffer buffer) {
    try {
      return ofBuffer.invoke(buffer);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns a function that stays in Java while it runs, so it must not take long. Its first
   * parameter is a {@link #segment} to which {@code errno} is written; it takes arrays, from their
   * beginning, and buffers of any memory, from their position.
   */
  MethodHandle quick(String name, Class<?> result, Class<?>... parameters)
      throws ReflectiveOperationException {
    return link(name, result, parameters, quick);
  }

  /** Returns a function that may block, else the same, but that its memory is direct. */
  MethodHandle call(String name, Class<?> result, Class<?>... parameters)
      throws ReflectiveOperationException {
    return link(name, result, parameters, blocking);
  }

  private MethodHandle link(String name, Class<?> result, Class<?>[] parameters, Object[] how)
      throws ReflectiveOperationException {
    Object address =
        ((Optional<?>) find.invoke(symbols, name))
            .orElseThrow(() -> new NoSuchElementException("no function " + name));
    Object types = Array.newInstance(layout, parameters.length);
    for (int i = 0; i < parameters.length; i++) {
      Array.set(types, i, layoutOf(parameters[i]));
    }
    Object function =
        descriptor.getMethod("of", layout, types.getClass()).invoke(null, layoutOf(result), types);
    Object options = Array.newInstance(option, how.length);
    System.arraycopy(how, 0, options, 0, how.length);
    MethodHandle linked =
        (MethodHandle)
            linkerType
                .getMethod("downcallHandle", segment, descriptor, options.getClass())
                .invoke(linker, address, function, options);
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i] == byte[].class) {
        linked = MethodHandles.filterArguments(linked, i + 1, ofArray);
      } else if (parameters[i] == ByteBuffer.class) {
        linked = MethodHandles.filterArguments(linked, i + 1, ofBuffer);
      }
    }
    return linked.asType(linked.type().changeParameterType(0, Object.class));
  }

  private Object layoutOf(Class<?> type) throws ReflectiveOperationException {
    String name = type == int.class ? "JAVA_INT" : type == long.class ? "JAVA_LONG" : "ADDRESS";
    return values.getField(name).get(null);
  }
}
