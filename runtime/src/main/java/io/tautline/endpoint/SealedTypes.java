package io.tautline.endpoint;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.tautline.model.TypeModel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.jsontype.NamedType;

/** Makes sealed types polymorphic, unless Jackson annotations say otherwise. */
final class SealedTypes extends JacksonAnnotationIntrospector {
  private static final long serialVersionUID = 1;

  private static final JsonTypeInfo.Value TYPE =
      JsonTypeInfo.Value.construct(
          JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, "type", null, false, true, null);

  @Override
  public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
      MapperConfig<?> config, Annotated annotated) {
    JsonTypeInfo.Value explicit = super.findPolymorphicTypeInfo(config, annotated);
    boolean sealed = annotated instanceof AnnotatedClass && root(annotated.getRawType()) != null;
    return explicit != null ? explicit : sealed ? TYPE : null;
  }

  @Override
  public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
    List<NamedType> explicit = super.findSubtypes(config, annotated);
    if (!annotated.getRawType().isSealed()) {
      return explicit;
    }
    List<NamedType> types = new ArrayList<>();
    concrete(annotated.getRawType(), types);
    if (explicit != null) { // the last of a class has its name
      types.removeIf(one -> explicit.stream().anyMatch(other -> other.getType() == one.getType()));
      types.addAll(explicit);
    }
    return types;
  }

  @Override
  public @Nullable String findTypeName(MapperConfig<?> config, AnnotatedClass type) {
    String explicit = super.findTypeName(config, type);
    return explicit == null && root(type.getRawType()) != null ? name(type.getRawType()) : explicit;
  }

  private static void concrete(Class<?> sealed, List<NamedType> types) {
    for (Class<?> permitted : sealed.getPermittedSubclasses()) {
      if (permitted.isSealed()) {
        concrete(permitted, types);
      } else {
        types.add(new NamedType(permitted, name(permitted)));
      }
    }
  }

  /** Returns the sealed type that a class is or belongs to, or null. */
  private static @Nullable Class<?> root(@Nullable Class<?> type) {
    if (type == null || type.isSealed()) {
      return type;
    }
    for (Class<?> parent : type.getInterfaces()) {
      if (parent.isSealed()) {
        return parent;
      }
    }
    Class<?> parent = type.getSuperclass();
    return parent != null && parent.isSealed() ? parent : null;
  }

  /** Returns what messages of a class are called: as it is annotated, else after the class. */
  static String name(Class<?> type) {
    JsonTypeName own = type.getAnnotation(JsonTypeName.class);
    return own == null || own.value().isEmpty()
        ? TypeModel.messageName(type.getName())
        : own.value();
  }
}
