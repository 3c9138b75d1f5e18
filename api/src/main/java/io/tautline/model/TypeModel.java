package io.tautline.model;

import java.util.List;

/**
 * A type as written in an endpoint class, known by name.
 *
 * @param name binary name of a class ({@code java.util.Map$Entry}), name of a primitive, {@code
 *     void}, or either followed by {@code []}
 * @param form what kind of type it is, as far as rules ask
 * @param arguments type arguments; empty for a raw type; a wildcard stands as its upper bound
 */
public record TypeModel(String name, Form form, List<TypeModel> arguments) {
  /** Kinds of types that rules tell apart. */
  public enum Form {
    PRIMITIVE,
    ENUM,
    RECORD,
    /** A sealed interface or a sealed abstract class. */
    SEALED,
    /** Any other class, interface or array. */
    OTHER,
    /** A type variable, which cannot be decoded. */
    VARIABLE
  }

  /** The absence of a value. */
  public static final TypeModel VOID = new TypeModel("void", Form.PRIMITIVE, List.of());

  /** Copies the arguments. */
  public TypeModel {
    arguments = List.copyOf(arguments);
  }

  /** Returns a type without arguments. */
  public static TypeModel of(String name, Form form) {
    return new TypeModel(name, form, List.of());
  }

  /** Returns whether this is the class or primitive of that name. */
  public boolean is(String other) {
    return name.equals(other);
  }

  /** Returns whether this is a primitive or the class of one. */
  public boolean isPrimitiveOrBoxed() {
    return (form == Form.PRIMITIVE && !is("void")) || BOXED.contains(name);
  }

  private static final List<String> BOXED =
      List.of(
          "java.lang.Boolean",
          "java.lang.Byte",
          "java.lang.Character",
          "java.lang.Short",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Float",
          "java.lang.Double");

  /** Returns whether a type variable is part of this type, so that it cannot be decoded. */
  public boolean hasVariable() {
    return form == Form.VARIABLE || arguments.stream().anyMatch(TypeModel::hasVariable);
  }

  /** Returns the type as a person writes it: {@code List<Say>}, without packages. */
  public String simpleName() {
    String simple = name.substring(name.lastIndexOf('.') + 1);
    simple = simple.substring(simple.lastIndexOf('$') + 1);
    if (arguments.isEmpty()) {
      return simple;
    }
    StringBuilder text = new StringBuilder(simple).append('<');
    for (int i = 0; i < arguments.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(arguments.get(i).simpleName());
    }
    return text.append('>').toString();
  }

  @Override
  public String toString() {
    return simpleName();
  }
}
