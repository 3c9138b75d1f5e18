package io.tautline.epoll;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
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

  /**
   * Returns a function that stays in Java while it runs, so it must not take long. It takes arrays,
   * from their beginning, and buffers, from their position, of any memory. Why it failed is not
   * known.
   */
  MethodHandle quick(String name, Class<?> result, Class<?>... parameters)
      throws ReflectiveOperationException {
    return adapted(link(name, result, parameters, critical), 0, parameters);
  }

  /**
   * Returns a function that may block. Its first parameter is a direct buffer to which {@code
   * errno} is written; it takes direct buffers, from their position.
   */
  MethodHandle call(String name, Class<?> result, Class<?>... parameters)
      throws ReflectiveOperationException {
    MethodHandle linked = link(name, result, parameters, errno);
    return adapted(MethodHandles.filterArguments(linked, 0, ofBuffer), 1, parameters);
  }

  private MethodHandle link(String name, Class<?> result, Class<?>[] parameters, Object how)
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
    Object options = Array.newInstance(option, 1);
    Array.set(options, 0, how);
    return (MethodHandle)
        linkerType
            .getMethod("downcallHandle", segment, descriptor, options.getClass())
            .invoke(linker, address, function, options);
  }

  private Object layoutOf(Class<?> type) throws ReflectiveOperationException {
    String name = type == int.class ? "JAVA_INT" : type == long.class ? "JAVA_LONG" : "ADDRESS";
    return values.getField(name).get(null);
  }

  private MethodHandle adapted(MethodHandle linked, int first, Class<?>[] parameters) {
    MethodHandle adapted = linked;
    for (Class<?> type : List.of(byte[].class, ByteBuffer.class)) {
      for (int i = 0; i < parameters.length; i++) {
        if (parameters[i] == type) {
          adapted =
              MethodHandles.filterArguments(
                  adapted, first + i, type == byte[].class ? ofArray : ofBuffer);
        }
      }
    }
    return adapted;
  }
}
