package io.tautline.processor;

import io.tautline.model.CoderModel;
import io.tautline.model.CoderModel.Coding;
import io.tautline.model.CoderModel.Wire;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** The decoders and encoders that an annotation names, as the model has them. */
final class CoderModels {
  private final Elements elements;
  private final Types types;
  private final TypeModels typeModels;

  CoderModels(Elements elements, Types types, TypeModels typeModels) {
    this.elements = elements;
    this.types = types;
    this.typeModels = typeModels;
  }

  /**
   * Returns the models of coder classes.
   *
   * @param classes the value of the annotation's attribute
   * @param kind {@code Decoder} or {@code Encoder}
   */
  List<CoderModel> of(Object classes, String kind) {
    List<CoderModel> coders = new ArrayList<>();
    for (Object one : (List<?>) classes) {
      TypeMirror coder = (TypeMirror) ((AnnotationValue) one).getValue();
      List<Coding> codings = new ArrayList<>();
      for (Wire wire : Wire.values()) {
        TypeMirror coded = argument(coder, "jakarta.websocket." + kind + "." + simpleName(wire));
        if (coded != null) {
          codings.add(new Coding(wire, typeModels.of(coded)));
        }
      }
      TypeElement element = (TypeElement) types.asElement(coder);
      coders.add(
          new CoderModel(
              elements.getBinaryName(element).toString(),
              codings,
              ElementModel.isConcrete(element) && ElementModel.constructors(element).size() == 1));
    }
    return coders;
  }

  private static String simpleName(Wire wire) {
    return switch (wire) {
      case TEXT -> "Text";
      case BINARY -> "Binary";
      case TEXT_STREAM -> "TextStream";
      case BINARY_STREAM -> "BinaryStream";
    };
  }

  /** Returns the type argument that a class gives to an interface, or null. */
  private @Nullable TypeMirror argument(TypeMirror of, String target) {
    for (TypeMirror parent : types.directSupertypes(of)) {
      TypeElement element = (TypeElement) types.asElement(parent);
      if (element.getQualifiedName().contentEquals(target)) {
        List<? extends TypeMirror> arguments = ((DeclaredType) parent).getTypeArguments();
        return arguments.isEmpty()
            ? elements.getTypeElement("java.lang.Object").asType()
            : arguments.get(0);
      }
      TypeMirror found = argument(parent, target);
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
