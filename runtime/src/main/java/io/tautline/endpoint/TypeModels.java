package io.tautline.endpoint;

import io.tautline.container.Types;
import io.tautline.model.TypeModel;
import io.tautline.model.TypeModel.Form;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Types of loaded classes as the model has them. */
final class TypeModels {
  private TypeModels() {}

  /** Returns the model of a type. */
  static TypeModel of(Type type) {
    if (type instanceof ParameterizedType generic) {
      List<TypeModel> arguments = new ArrayList<>();
      for (Type argument : generic.getActualTypeArguments()) {
        arguments.add(of(argument));
      }
      Class<?> raw = Types.erase(generic);
      return new TypeModel(raw.getName(), form(raw), arguments, leaves(raw));
    }
    if (type instanceof TypeVariable<?> variable) {
      return TypeModel.of(variable.getName(), Form.VARIABLE);
    }
    if (type instanceof GenericArrayType array) {
      TypeModel component = of(array.getGenericComponentType());
      boolean variable = component.form() == Form.VARIABLE;
      return TypeModel.of(component.name() + "[]", variable ? Form.VARIABLE : Form.OTHER);
    }
    Class<?> raw = Types.erase(type);
    return raw.isArray()
        ? TypeModel.of(of(raw.getComponentType()).name() + "[]", Form.OTHER)
        : new TypeModel(raw.getName(), form(raw), List.of(), leaves(raw));
  }

  private static Form form(Class<?> type) {
    return type.isPrimitive()
        ? Form.PRIMITIVE
        : type.isEnum()
            ? Form.ENUM
            : type.isRecord()
                ? Form.RECORD
                : type.isSealed()
                    ? Form.SEALED
                    : Throwable.class.isAssignableFrom(type) ? Form.THROWABLE : Form.OTHER;
  }

  private static List<String> leaves(Class<?> type) {
    Set<String> leaves = new LinkedHashSet<>();
    collect(type, leaves);
    return List.copyOf(leaves);
  }

  private static void collect(Class<?> type, Set<String> leaves) {
    if (type.isSealed() && !type.isEnum()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted, leaves);
        if (!permitted.isSealed() || permitted.isEnum()) {
          leaves.add(permitted.getName());
        }
      }
    }
  }
}
