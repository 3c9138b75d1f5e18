package io.tautline.model;

import java.util.List;

/**
 * A type as written in an endpoint class, known by name.
 *
 * @param name binary name of a class ({@code java.util.Map$Entry}), name of a primitive, {@code
 *     void}, or either followed by {@code []}
 * @param form what kind of type it is, as far as rules ask
 * @param arguments type arguments; empty for a raw type; a wildcard stands as its upper bound
 * @param leaves binary names of the classes that a sealed type comes down to, in order; empty for
 *     any other
 */
public record TypeModel(String name, Form form, List<TypeModel> arguments, List<String> leaves) {
  /** Kinds of types that rules tell apart. */
  public enum Form {
    PRIMITIVE,
    ENUM,
    RECORD,
    /** A sealed interface or a sealed abstract class. */
    SEALED,
    /** A class that can be thrown. */
    THROWABLE,
    /** Any other class, interface or array. */
    OTHER,
    /** A type variable, which cannot be decoded. */
    VARIABLE
  }

  /** The absence of a value. */
  public static final TypeModel VOID = of("void", Form.PRIMITIVE);

  /** Copies the arguments. */
  public TypeModel {
    arguments = List.copyOf(arguments);
    leaves = List.copyOf(leaves);
  }

  /** Returns a type without arguments that is not sealed. */
  public static TypeModel of(String name, Form form) {
    return new TypeModel(name, form, List.of(), List.of());
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

  /** Returns the type that a stage of it completes with; itself if it is no CompletionStage. */
  public TypeModel awaited() {
    boolean stage =
        is("java.util.concurrent.CompletionStage") || is("java.util.concurrent.CompletableFuture");
    return stage && arguments.size() == 1 ? arguments.get(0) : this;
  }

  /** Returns whether messages of this type can have a name: it is a class of the application. */
  public boolean canBeNamed() {
    return arguments.isEmpty()
        && !name.endsWith("[]")
        && !name.startsWith("java.")
        && form != Form.PRIMITIVE
        && form != Form.VARIABLE;
  }

  /** Returns the name of messages of a class: its simple name with a small first letter. */
  public static String messageName(String className) {
    String simple = className.substring(className.lastIndexOf('.') + 1);
    simple = simple.substring(simple.lastIndexOf('$') + 1);
    return Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
  }

  /** Returns whether a type variable is part of this type, so that it cannot be decoded. */
  public boolean hasVariable() {
    for (TypeModel argument : arguments) {
      if (argument.hasVariable()) {
        return true;
      }
    }
    return form == Form.VARIABLE;
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
