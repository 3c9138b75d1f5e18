package io.tautline.container;

import io.tautline.spi.Beans;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Parameter;
import org.jspecify.annotations.Nullable;

/** Instances of classes that are named by a configuration or by an annotation. */
public final class Instances {
  private Instances() {}

  /**
   * Makes an instance by the constructor that is annotated {@code @Inject}, else by the one without
   * parameters, whatever its visibility.
   */
  public static <T> T create(Class<T> type, Beans beans) throws ReflectiveOperationException {
    Constructor<T> injected = injected(type);
    return injected == null ? create(type) : create(injected, beans);
  }

  /** Makes an instance by the constructor without parameters, whatever its visibility. */
  static <T> T create(Class<T> type) throws ReflectiveOperationException {
    return create(type.getDeclaredConstructor(), new Object[0]);
  }

  @SuppressWarnings("unchecked") // a class has constructors of its own only
  private static <T> @Nullable Constructor<T> injected(Class<T> type) {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (constructor.isAnnotationPresent(Inject.class)) {
        return (Constructor<T>) constructor;
      }
    }
    return null;
  }

  /** Makes an instance by a constructor whose parameters are beans. */
  public static <T> T create(Constructor<T> constructor, Beans beans)
      throws ReflectiveOperationException {
    Parameter[] parameters = constructor.getParameters();
    Object[] arguments = new Object[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      Named named = parameters[i].getAnnotation(Named.class);
      arguments[i] = beans.get(parameters[i].getType(), named == null ? null : named.value());
    }
    return create(constructor, arguments);
  }

  private static <T> T create(Constructor<T> constructor, Object[] arguments)
      throws ReflectiveOperationException {
    constructor.setAccessible(true);
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
