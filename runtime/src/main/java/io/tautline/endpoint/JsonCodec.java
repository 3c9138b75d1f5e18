package io.tautline.endpoint;

import io.tautline.spi.Beans;
import io.tautline.spi.MessageCodec;
import jakarta.websocket.DecodeException;
import jakarta.websocket.EncodeException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Messages as JSON, by Jackson: read from the message's bytes, written to bytes.
 *
 * <p>A sealed type needs no annotation: its permitted classes are told apart by a {@code type}
 * property, which holds the simple name with a small first letter ({@code Say} is {@code "say"}).
 *
 * <p>A {@link JsonMapper} bean takes the place of the mapper. With {@code jackson-dataformat-cbor}
 * on the class path, the same values are read from binary messages as CBOR (RFC 8949), and a binary
 * message is answered in kind.
 */
public final class JsonCodec implements MessageCodec {
  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(64)
          .maxNumberLength(100)
          .maxNameLength(1000)
          .build();

  private static final boolean CBOR = hasCbor();

  private static boolean hasCbor() {
    try {
      Class.forName(
          "tools.jackson.dataformat.cbor.CBORMapper", false, JsonCodec.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private final Map<Type, Prepared> prepared = new ConcurrentHashMap<>();
  private final @Nullable Beans beans;

  /** Both made when first needed: Jackson is most of what a start would wait for. */
  private volatile @Nullable ObjectMapper json;

  private volatile @Nullable ObjectMapper cbor;

  /** Makes a codec with Tautline's defaults. */
  public JsonCodec() {
    this.beans = null;
  }

  /** Makes a codec that uses the application's {@link JsonMapper}, if there is such a bean. */
  public JsonCodec(Beans beans) {
    this.beans = beans;
  }

  /** Does at once what the first messages would wait for. */
  public void warmUp() {
    for (Prepared one : prepared.values()) {
      one.text.reader();
      one.text.writer();
    }
  }

  private ObjectMapper mapper(boolean text) {
    ObjectMapper made = text ? json : cbor;
    if (made == null) {
      synchronized (this) {
        made = text ? json : cbor;
        if (made == null) {
          made = text ? makeJson() : Cbor.mapper(CONSTRAINTS);
          if (text) {
            json = made;
          } else {
            cbor = made;
          }
        }
      }
    }
    return made;
  }

  private ObjectMapper makeJson() {
    JsonMapper theirs = beans == null ? null : beans.find(JsonMapper.class, null).orElse(null);
    if (theirs == null) {
      JsonFactory factory = JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build();
      return JsonMapper.builder(factory).annotationIntrospector(new SealedTypes()).build();
    }
    AnnotationIntrospector own = theirs.serializationConfig().getAnnotationIntrospector();
    return theirs
        .rebuild()
        .annotationIntrospector(AnnotationIntrospector.pair(own, new SealedTypes()))
        .addHandler(new OurMembers())
        .build();
  }

  @Override
  public boolean binary() {
    return CBOR;
  }

  @Override
  public ForType forType(Type type) {
    Prepared known = prepared.get(type);
    if (known != null) {
      return known;
    }
    Prepared made = new Prepared(type);
    Prepared other = prepared.putIfAbsent(type, made);
    return other != null ? other : made;
  }

  @Override
  public ForType forTypes(Map<String, Class<?>> types) {
    Map<String, ForType> codecs = new HashMap<>();
    for (Class<?> type : types.values()) {
      String name = SealedTypes.name(type);
      if (codecs.putIfAbsent(name, forType(type)) != null) {
        throw new IllegalArgumentException(
            "two types of messages are called \""
                + name
                + "\"; "
                + type.getName()
                + " is one. Change the @JsonTypeName of one.");
      }
    }
    return new NamedTypes(codecs);
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

    NamedTypes(Map<String, ForType> codecs) {
      this.codecs = codecs;
      this.names = new TreeSet<>(codecs.keySet());
    }

    @Override
    public Object decode(byte[] bytes, int from, int to, boolean text) throws DecodeException {
      String name = name(bytes, from, to, text);
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
    private @Nullable String name(byte[] bytes, int from, int to, boolean text)
        throws DecodeException {
      try (JsonParser parser = mapper(text).createParser(bytes, from, to - from)) {
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

    /** Writes a JSON object with its name as the first member, where Jackson does not. */
    @Override
    public byte[] encode(Object value, boolean text) throws EncodeException {
      byte[] plain = forType(value.getClass()).encode(value, text);
      Class<?> type = value.getClass();
      if (!text || plain[0] != '{' || type.getName().startsWith("java.")) {
        return plain;
      }
      String member = "\"type\":\"" + SealedTypes.name(type) + '"';
      byte[] start = ('{' + member).getBytes(StandardCharsets.UTF_8);
      boolean named = Arrays.mismatch(plain, start) == start.length;
      return named ? plain : Correlations.first(member, plain);
    }
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** The reader and the writer of one type in one format, each made when first needed. */
  private final class Format {
    private final Type type;
    private final boolean isText;
    private volatile @Nullable ObjectReader reader;
    private volatile @Nullable ObjectWriter writer;

    Format(Type type, boolean isText) {
      this.type = type;
      this.isText = isText;
    }

    ObjectReader reader() {
      ObjectReader made = reader;
      if (made == null) {
        ObjectMapper mapper = mapper(isText);
        made = mapper.readerFor(mapper.constructType(type));
        reader = made;
      }
      return made;
    }

    ObjectWriter writer() {
      ObjectWriter made = writer;
      if (made == null) {
        ObjectMapper mapper = mapper(isText);
        made = mapper.writerFor(mapper.constructType(type));
        writer = made;
      }
      return made;
    }
  }

  private final class Prepared implements ForType {
    private final Format text;
    private final Format binary;

    Prepared(Type type) {
      this.text = new Format(type, true);
      this.binary = new Format(type, false);
    }

    @Override
    public Object decode(byte[] bytes, int from, int to, boolean isText) throws DecodeException {
      Object value;
      try {
        value = (isText ? text : binary).reader().readValue(bytes, from, to - from);
      } catch (JacksonException e) {
        throw new DecodeException(text(bytes, from, to), place(e), e);
      }
      if (value == null) {
        throw new DecodeException(text(bytes, from, to), "JSON null is no message");
      }
      return value;
    }

    @Override
    public byte[] encode(Object value, boolean isText) throws EncodeException {
      try {
        return (isText ? text : binary).writer().writeValueAsBytes(value);
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
