package io.tautline.endpoint;

import io.tautline.spi.MessageCodec;
import jakarta.websocket.DecodeException;
import jakarta.websocket.EncodeException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

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

  @Override
  public ForType forTypes(Map<String, Class<?>> types) {
    Map<String, ForType> codecs = new HashMap<>();
    types.forEach((name, type) -> codecs.put(name, forType(type)));
    return new NamedTypes(codecs, Set.copyOf(types.keySet()));
  }

  @Override
  public @Nullable Correlation correlation(byte[] bytes, int from, int to) {
    return Correlations.read(bytes, from, to);
  }

  @Override
  public byte[] correlate(byte[] message, Correlation correlation) throws EncodeException {
    return Correlations.write(message, correlation);
  }

  /** Messages of several types: the {@code type} property of each says which. */
  private final class NamedTypes implements ForType {
    private final Map<String, ForType> codecs;
    private final Set<String> names;

    NamedTypes(Map<String, ForType> codecs, Set<String> names) {
      this.codecs = codecs;
      this.names = new TreeSet<>(names);
    }

    @Override
    public Object decode(byte[] bytes, int from, int to, boolean text) throws DecodeException {
      String name = name(bytes, from, to);
      ForType codec = name == null ? null : codecs.get(name);
      if (codec == null) {
        String fault = name == null ? "no type" : "an unknown type";
        throw new DecodeException(
            text(bytes, from, to),
            "message with " + fault + "; this endpoint takes " + String.join(", ", names));
      }
      return codec.decode(bytes, from, to, text);
    }

    /** Returns what the {@code type} property says, or null; wherever in the object it stands. */
    private @Nullable String name(byte[] bytes, int from, int to) throws DecodeException {
      try (JsonParser parser = mapper().createParser(bytes, from, to - from)) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          return null;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          boolean type = parser.currentName().equals("type");
          JsonToken value = parser.nextToken();
          if (type) {
            return value == JsonToken.VALUE_STRING ? parser.getString() : null;
          }
          parser.skipChildren();
        }
        return null;
      } catch (JacksonException e) {
        throw new DecodeException(text(bytes, from, to), place(e), e);
      }
    }

    @Override
    public byte[] encode(Object value, boolean text) throws EncodeException {
      return forType(value.getClass()).encode(value, text);
    }
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
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
    public Object decode(byte[] bytes, int from, int to, boolean text) throws DecodeException {
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
    public byte[] encode(Object value, boolean text) throws EncodeException {
      try {
        return writer().writeValueAsBytes(value);
      } catch (JacksonException e) {
        throw new EncodeException(value, "cannot be written as JSON: " + path(e), e);
      }
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
}
