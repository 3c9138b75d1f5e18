package io.tautline.epoll;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Calls C functions by {@code java.lang.foreign}, which is found by reflection, since it is younger
 * than the Java this is compiled for.
 *
 * <p>Java makes classes for every shape of function, which takes long. So there are two: one takes
 * numbers only, addresses among them, as many as any function here takes; the other is that of
 * {@code recv} and {@code send}, and takes memory of the heap as well. Both begin with the function
 * and the {@link #segment} to which {@code errno} is written.
 */
final class Foreign {
  private static final String PACKAGE = "java.lang.foreign.";

  /** Most parameters of a function. */
  private static final int NUMBERS = 5;

  private final Class<?> linkerType = Class.forName(PACKAGE + "Linker");
  private final Class<?> option = Class.forName(PACKAGE + "Linker$Option");
  private final Class<?> segment = Class.forName(PACKAGE + "MemorySegment");
  private final Class<?> layout = Class.forName(PACKAGE + "MemoryLayout");
  private final Class<?> values = Class.forName(PACKAGE + "ValueLayout");
  private final Object linker = linkerType.getMethod("nativeLinker").invoke(null);
  private final Object symbols = linkerType.getMethod("defaultLookup").invoke(linker);
  private final Method find =
      Class.forName(PACKAGE + "SymbolLookup").getMethod("find", String.class);
  private final Method ofBuffer = segment.getMethod("ofBuffer", Buffer.class);
  private final Method address = segment.getMethod("address");
  private final Object critical = option.getMethod("critical", boolean.class).invoke(null, true);
  private final Object errno =
      option
          .getMethod("captureCallState", String[].class)
          .invoke(null, (Object) new String[] {"errno"});
  private final Object number = values.getField("JAVA_LONG").get(null);
  private final Object pointer = values.getField("ADDRESS").get(null);

  /** Finds what is needed. */
  Foreign() throws ReflectiveOperationException {}

  /** Returns whether this code may use that package. */
  static boolean isPossible() {
    try {
      return (boolean)
          Module.class.getMethod("isNativeAccessEnabled").invoke(Foreign.class.getModule());
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** Returns a function of the C library. */
  Object function(String name) throws ReflectiveOperationException {
    return ((Optional<?>) find.invoke(symbols, name))
        .orElseThrow(() -> new NoSuchElementException("no function " + name));
  }

  /** Returns what {@code java.lang.foreign} calls a direct buffer. */
  Object segment(ByteBuffer direct) {
    try {
      return ofBuffer.invoke(null, direct);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns where a segment stands. */
  long address(Object of) {
    try {
      return (long) address.invoke(of);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns what calls functions of numbers, which may block. */
  MethodHandle numbers() throws ReflectiveOperationException {
    Object[] parameters = Collections.nCopies(NUMBERS, number).toArray();
    return untyped(link(parameters, errno));
  }

  /**
   * Returns what calls functions of a number, memory and two numbers. It stays in Java meanwhile,
   * so they must not take long.
   *
   * @param memory {@code byte[]}, used from its beginning, or {@code ByteBuffer}, from its position
   */
  MethodHandle quick(Class<?> memory) throws ReflectiveOperationException {
    boolean array = memory == byte[].class;
    MethodHandle of =
        MethodHandles.publicLookup()
            .findStatic(
                segment,
                array ? "ofArray" : "ofBuffer",
                MethodType.methodType(segment, array ? byte[].class : Buffer.class));
    MethodHandle linked = link(new Object[] {number, pointer, number, number}, critical, errno);
    return untyped(
        MethodHandles.filterArguments(
            linked, 3, of.asType(MethodType.methodType(segment, memory))));
  }

  private MethodHandle link(Object[] parameters, Object... options)
      throws ReflectiveOperationException {
    Class<?> descriptor = Class.forName(PACKAGE + "FunctionDescriptor");
    Object types = array(layout, parameters);
    Object function =
        descriptor.getMethod("of", layout, types.getClass()).invoke(null, number, types);
    Object how = array(option, options);
    return (MethodHandle)
        linkerType
            .getMethod("downcallHandle", descriptor, how.getClass())
            .invoke(linker, function, how);
  }

  private static Object array(Class<?> type, Object[] elements) {
    Object array = Array.newInstance(type, elements.length);
    System.arraycopy(elements, 0, array, 0, elements.length);
    return array;
  }

  /** Has the function and errno's segment be of a type that this Java knows. */
  private static MethodHandle untyped(MethodHandle linked) {
    return linked.asType(
        linked.type().changeParameterType(0, Object.class).changeParameterType(1, Object.class));
  }
}
