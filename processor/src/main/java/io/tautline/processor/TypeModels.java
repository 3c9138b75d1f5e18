package io.tautline.processor;

import io.tautline.model.TypeModel;
import io.tautline.model.TypeModel.Form;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Types of source code as the model has them. */
final class TypeModels {
  private final Elements elements;
  private final Types types;

  TypeModels(Elements elements, Types types) {
    this.elements = elements;
    this.types = types;
  }

  /** Returns the model of a type. */
  TypeModel of(TypeMirror mirror) {
    if (mirror instanceof DeclaredType declared) {
      List<TypeModel> arguments = new ArrayList<>();
      for (TypeMirror argument : declared.getTypeArguments()) {
        arguments.add(of(argument));
      }
      TypeElement element = (TypeElement) declared.asElement();
      return new TypeModel(name(element), form(element), arguments, leaves(element));
    }
    if (mirror instanceof ArrayType array) {
      TypeModel component = of(array.getComponentType());
      boolean variable = component.form() == Form.VARIABLE;
      return TypeModel.of(component.name() + "[]", variable ? Form.VARIABLE : Form.OTHER);
    }
    if (mirror instanceof TypeVariable variable) {
      return TypeModel.of(variable.asElement().getSimpleName().toString(), Form.VARIABLE);
    }
    if (mirror instanceof WildcardType wildcard) {
      TypeMirror bound = wildcard.getExtendsBound();
      return of(bound != null ? bound : elements.getTypeElement("java.lang.Object").asType());
    }
    return mirror.getKind() == TypeKind.VOID
        ? TypeModel.VOID
        : TypeModel.of(mirror.getKind().name().toLowerCase(java.util.Locale.ROOT), Form.PRIMITIVE);
  }

  private String name(TypeElement element) {
    return elements.getBinaryName(element).toString();
  }

  private Form form(TypeElement element) {
    if (element.getKind() == ElementKind.ENUM) {
      return Form.ENUM;
    }
    if (element.getKind() == ElementKind.RECORD) {
      return Form.RECORD;
    }
    if (element.getModifiers().contains(Modifier.SEALED)) {
      return Form.SEALED;
    }
    TypeElement throwable = elements.getTypeElement("java.lang.Throwable");
    return types.isSubtype(types.erasure(element.asType()), throwable.asType())
        ? Form.THROWABLE
        : Form.OTHER;
  }

  private List<String> leaves(TypeElement element) {
    Set<String> leaves = new LinkedHashSet<>();
    collect(element, leaves);
    return List.copyOf(leaves);
  }

  private void collect(TypeElement element, Set<String> leaves) {
    for (TypeMirror permitted : element.getPermittedSubclasses()) {
      TypeElement one = (TypeElement) types.asElement(permitted);
      collect(one, leaves);
      if (one.getPermittedSubclasses().isEmpty()) {
        leaves.add(name(one));
      }
    }
  }

  /** Returns whether a type has a way of its own to be read from a String. */
  boolean isTextual(TypeMirror mirror) {
    if (!(types.asElement(mirror) instanceof TypeElement element)) {
      return false;
    }
    if (element.getQualifiedName().contentEquals("java.util.UUID")) {
      return true;
    }
    boolean concrete = !element.getModifiers().contains(Modifier.ABSTRACT);
    for (Element member : element.getEnclosedElements()) {
      if (member instanceof ExecutableElement method
          && takesString(method)
          && !method.getModifiers().contains(Modifier.PRIVATE)) {
        if (method.getKind() == ElementKind.CONSTRUCTOR ? concrete : isFactory(method, element)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isFactory(ExecutableElement method, TypeElement element) {
    return method.getModifiers().contains(Modifier.STATIC)
        && (method.getSimpleName().contentEquals("valueOf")
            || method.getSimpleName().contentEquals("fromString"))
        && types.isSameType(types.erasure(method.getReturnType()), types.erasure(element.asType()));
  }

  private boolean takesString(ExecutableElement method) {
    return method.getParameters().size() == 1
        && types.isSameType(
            types.erasure(method.getParameters().get(0).asType()),
            elements.getTypeElement("java.lang.String").asType());
  }

  /** Returns whether code beside the endpoint can name a type. */
  boolean isNameable(TypeMirror mirror) {
    TypeMirror inner = mirror;
    while (inner instanceof ArrayType array) {
      inner = array.getComponentType();
    }
    for (Element e = types.asElement(inner);
        e instanceof TypeElement;
        e = e.getEnclosingElement()) {
      if (e.getModifiers().contains(Modifier.PRIVATE)) {
        return false;
      }
    }
    return true;
  }
}
