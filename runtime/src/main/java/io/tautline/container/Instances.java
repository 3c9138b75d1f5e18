package io.tautline.container;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;

/** Instances of the classes that a Jakarta configuration names. */
final class Instances {
  private Instances() {}

  /** Makes an instance by the constructor without parameters, whatever its visibility. */
  static <T> T create(Class<T> type) throws ReflectiveOperationException {
    Constructor<T> constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    try {
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
