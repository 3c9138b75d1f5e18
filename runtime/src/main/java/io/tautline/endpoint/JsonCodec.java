package io.tautline.endpoint;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tautline.spi.MessageCodec;
import jakarta.websocket.DecodeException;
import jakarta.websocket.EncodeException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/**
 * Messages as JSON, by Jackson: read from the message's bytes, written to bytes.
 *
 * <p>A sealed type needs no annotation: its permitted classes are told apart by a {@code type}
 * property, which holds the simple name with a small first letter ({@code Say} is {@code "say"}).
 */
public final class JsonCodec implements MessageCodec {
  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(64)
          .maxNumberLength(100)
          .maxNameLength(1000)
          .build();

  private final Map<Type, Prepared> prepared = new ConcurrentHashMap<>();

  /** Made when first needed: Jackson is most of what a start would wait for. */
  private volatile @Nullable JsonMapper mapper;

  /** Makes a codec with Tautline's defaults. */
  public JsonCodec() {}

  /** Does at once what the first messages would wait for. */
  public void warmUp() {
    prepared.values().forEach(one -> one.reader().getConfig());
    prepared.values().forEach(one -> one.writer().getConfig());
  }

  private JsonMapper mapper() {
    JsonMapper made = mapper;
    if (made == null) {
      synchronized (this) {
        made = mapper;
        if (made == null) {
          made =
              JsonMapper.builder(JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build())
                  .annotationIntrospector(new SealedTypes())
                  .build();
          mapper = made;
        }
      }
    }
    return made;
  }

  @Override
  public ForType forType(Type type) {
    Prepared known = prepared.get(type);
    return known != null ? known : prepared.computeIfAbsent(type, Prepared::new);
  }

  private final class Prepared implements ForType {
    private final Type type;
    private volatile @Nullable ObjectReader reader;
    private volatile @Nullable ObjectWriter writer;

    Prepared(Type type) {
      this.type = type;
    }

    ObjectReader reader() {
      ObjectReader made = reader;
      if (made == null) {
        made = mapper().readerFor(mapper().constructType(type));
        reader = made;
      }
      return made;
    }

    ObjectWriter writer() {
      ObjectWriter made = writer;
      if (made == null) {
        made = mapper().writerFor(mapper().constructType(type));
        writer = made;
      }
      return made;
    }

    @Override
    public Object decode(byte[] bytes, int from, int to) throws DecodeException {
      Object value;
      try {
        value = reader().readValue(bytes, from, to - from);
      } catch (JacksonException e) {
        throw new DecodeException(text(bytes, from, to), place(e), e);
      }
      if (value == null) {
        throw new DecodeException(text(bytes, from, to), "JSON null is no message");
      }
      return value;
    }

    @Override
    public byte[] encode(Object value) throws EncodeException {
      try {
        return writer().writeValueAsBytes(value);
      } catch (JacksonException e) {
        throw new EncodeException(value, "cannot be written as JSON: " + path(e), e);
      }
    }

    private static String text(byte[] bytes, int from, int to) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
  }

  /** Returns where the fault is, without a word of the payload. */
  private static String place(JacksonException fault) {
    TokenStreamLocation location = fault.getLocation();
    String at =
        location == null
            ? ""
            : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    return "malformed JSON message" + at + path(fault);
  }

  private static String path(JacksonException fault) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : fault.getPath()) {
      if (step.from() instanceof Map || step.from() == Map.class) {
        path.append("[*]"); // its keys are the peer's words
      } else if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append('.').append(step.getPropertyName());
      }
    }
    return path.isEmpty() ? "" : " ($" + path + ")";
  }

  /** Makes sealed types polymorphic, unless Jackson annotations say otherwise. */
  private static final class SealedTypes extends JacksonAnnotationIntrospector {
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
      return types;
    }

    @Override
    public @Nullable String findTypeName(MapperConfig<?> config, AnnotatedClass type) {
      String explicit = super.findTypeName(config, type);
      return explicit == null && root(type.getRawType()) != null
          ? name(type.getRawType())
          : explicit;
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

    private static String name(Class<?> type) {
      String simple = type.getSimpleName();
      return Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
    }
  }
}
