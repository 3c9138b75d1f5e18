package io.tautline.container;

import io.tautline.model.TypeModel;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Types by name and types as type arguments. */
public final class Types {
  private static final Map<String, Class<?>> PRIMITIVES =
      Map.of(
          "boolean", boolean.class,
          "byte", byte.class,
          "char", char.class,
          "short", short.class,
          "int", int.class,
          "long", long.class,
          "float", float.class,
          "double", double.class,
          "void", void.class);

  private Types() {}

  /** A generic type with its arguments; equal to the JDK's own. */
  private record Parameterized(Class<?> raw, List<Type> arguments) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(Type[]::new);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return raw.getDeclaringClass();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ParameterizedType that
          && raw.equals(that.getRawType())
          && Arrays.equals(getActualTypeArguments(), that.getActualTypeArguments());
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(getActualTypeArguments()) ^ raw.hashCode();
    }
  }

  /**
   * Returns the type that a model names.
   *
   * @throws ClassNotFoundException if the loader does not know one of its classes
   */
  public static Type of(TypeModel model, ClassLoader loader) throws ClassNotFoundException {
    Class<?> raw = classOf(model.name(), loader);
    if (model.arguments().isEmpty()) {
      return raw;
    }
    Type[] arguments = new Type[model.arguments().size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = of(model.arguments().get(i), loader);
    }
    return new Parameterized(raw, List.of(arguments));
  }

  private static Class<?> classOf(String name, ClassLoader loader) throws ClassNotFoundException {
    if (name.endsWith("[]")) {
      return classOf(name.substring(0, name.length() - 2), loader).arrayType();
    }
    Class<?> primitive = PRIMITIVES.get(name);
    return primitive != null ? primitive : Class.forName(name, false, loader);
  }

  /** Returns the class of a type, without its arguments. */
  public static Class<?> erase(Type type) {
    if (type instanceof Class<?> c) {
      return c;
    }
    if (type instanceof ParameterizedType p) {
      return erase(p.getRawType());
    }
    if (type instanceof GenericArrayType a) {
      return Array.newInstance(erase(a.getGenericComponentType()), 0).getClass();
    }
    if (type instanceof WildcardType w) {
      return erase(w.getUpperBounds()[0]);
    }
    return erase(((TypeVariable<?>) type).getBounds()[0]);
  }

  /**
   * Returns the first type argument that {@code type} gives to {@code target}, followed through
   * superclasses and interfaces, or null if it is not a {@code target} at all.
   */
  public static @Nullable Type argument(Class<?> type, Class<?> target) {
    return argument(type, target, Map.of());
  }

  private static @Nullable Type argument(
      @Nullable Type type, Class<?> target, Map<TypeVariable<?>, Type> known) {
    if (type == null) {
      return null;
    }
    Class<?> raw = erase(type);
    if (!target.isAssignableFrom(raw)) {
      return null;
    }
    Map<TypeVariable<?>, Type> bound = new HashMap<>();
    if (type instanceof ParameterizedType p) {
      TypeVariable<?>[] variables = raw.getTypeParameters();
      for (int i = 0; i < variables.length; i++) {
        bound.put(variables[i], substitute(p.getActualTypeArguments()[i], known));
      }
    }
    if (raw == target) {
      Type found = bound.get(target.getTypeParameters()[0]);
      return found == null ? Object.class : found;
    }
    for (Type parent : raw.getGenericInterfaces()) {
      Type found = argument(parent, target, bound);
      if (found != null) {
        return found;
      }
    }
    return argument(raw.getGenericSuperclass(), target, bound);
  }

  /**
   * Returns what a class or interface and those above it give to the type variables of what they
   * extend.
   */
  public static Map<TypeVariable<?>, Type> given(Class<?> type) {
    Map<TypeVariable<?>, Type> given = new HashMap<>();
    collect(type, given);
    return given;
  }

  private static void collect(Class<?> type, Map<TypeVariable<?>, Type> given) {
    List<@Nullable Type> parents = new ArrayList<>(List.of(type.getGenericInterfaces()));
    parents.add(type.getGenericSuperclass());
    for (Type parent : parents) {
      if (parent instanceof ParameterizedType generic) {
        TypeVariable<?>[] variables = erase(generic).getTypeParameters();
        for (int i = 0; i < variables.length; i++) {
          given.put(variables[i], substitute(generic.getActualTypeArguments()[i], given));
        }
      }
      if (parent != null) {
        collect(erase(parent), given);
      }
    }
  }

  /** Returns a type with the type variables that are known replaced. */
  public static Type substitute(Type type, Map<TypeVariable<?>, Type> known) {
    if (type instanceof TypeVariable<?> variable) {
      return known.getOrDefault(variable, variable);
    }
    if (type instanceof ParameterizedType p) {
      Type[] arguments = p.getActualTypeArguments();
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = substitute(arguments[i], known);
      }
      return new Parameterized(erase(p), List.of(arguments));
    }
    if (type instanceof GenericArrayType array
        && array.getGenericComponentType() instanceof TypeVariable<?> variable
        && known.containsKey(variable)) {
      return erase(known.get(variable)).arrayType();
    }
    return type;
  }
}
