package io.tautline.handshake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one head, in order; names compare without regard to case (RFC 9110 §5.1).
 *
 * <p>Values never hold CR, LF or NUL, so a head written from them has exactly these fields.
 */
public final class Headers {
  /** No fields. */
  public static final Headers NONE = new Headers(List.of());

  /** Names at even places, values at odd ones. */
  private final List<String> fields;

  private Headers(List<String> fields) {
    this.fields = fields;
  }

  /** Returns a builder without fields. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns headers from names and values in turn. */
  public static Headers of(String... namesAndValues) {
    Builder builder = builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  /** Returns the value of the first field with that name, or null. */
  public @Nullable String first(String name) {
    for (int i = 0; i < fields.size(); i += 2) {
      if (fields.get(i).equalsIgnoreCase(name)) {
        return fields.get(i + 1);
      }
    }
    return null;
  }

  /** Returns the values of all fields with that name, in order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(1);
    for (int i = 0; i < fields.size(); i += 2) {
      if (fields.get(i).equalsIgnoreCase(name)) {
        values.add(fields.get(i + 1));
      }
    }
    return values;
  }

  /** Returns the elements of all comma-separated lists with that name (RFC 9110 §5.6.1). */
  public List<String> list(String name) {
    List<String> elements = new ArrayList<>(2);
    for (String value : all(name)) {
      int from = 0;
      while (from <= value.length()) {
        int comma = value.indexOf(',', from);
        int to = comma < 0 ? value.length() : comma;
        String element = value.substring(from, to).strip();
        if (!element.isEmpty()) {
          elements.add(element);
        }
        from = to + 1;
      }
    }
    return elements;
  }

  /** Returns whether one of the lists with that name holds {@code token}, in any case. */
  public boolean hasToken(String name, String token) {
    for (String element : list(name)) {
      if (element.equalsIgnoreCase(token)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the number of fields. */
  public int size() {
    return fields.size() / 2;
  }

  /** Returns the name of a field, of the first as 0. */
  public String name(int field) {
    return fields.get(2 * field);
  }

  /** Returns the value of a field, of the first as 0. */
  public String value(int field) {
    return fields.get(2 * field + 1);
  }

  /** Appends a field as it goes on the wire. */
  void write(int field, StringBuilder text) {
    text.append(name(field)).append(": ").append(value(field)).append("\r\n");
  }

  /** Returns a read-only map from names, compared without regard to case, to all their values. */
  public Map<String, List<String>> asMap() {
    Map<String, List<String>> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 0; i < size(); i++) {
      map.computeIfAbsent(name(i), n -> new ArrayList<>(1)).add(value(i));
    }
    map.replaceAll((name, values) -> Collections.unmodifiableList(values));
    return Collections.unmodifiableMap(map);
  }

  /** Collects fields. */
  public static final class Builder {
    private final List<String> fields = new ArrayList<>();

    private Builder() {}

    /**
     * Adds a field.
     *
     * @throws IllegalArgumentException if the name is not a token or the value holds CR, LF, NUL or
     *     a character past U+00FF
     */
    public Builder add(String name, String value) {
      if (!isToken(name)) {
        throw new IllegalArgumentException("not a header name: " + shown(name));
      }
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c == '\r' || c == '\n' || c == 0 || c > 0xFF) {
          throw new IllegalArgumentException(
              "value of header " + name + " has an illegal character at " + i);
        }
      }
      return addChecked(name, value);
    }

    /** Adds every field of {@code headers}. */
    public Builder addAll(Headers headers) {
      fields.addAll(headers.fields);
      return this;
    }

    Builder addChecked(String name, String value) {
      fields.add(name);
      fields.add(value);
      return this;
    }

    int size() {
      return fields.size() / 2;
    }

    /** Returns the fields collected. */
    public Headers build() {
      return fields.isEmpty() ? NONE : new Headers(List.copyOf(fields));
    }
  }

  /** Returns whether {@code text} is a token (RFC 9110 §5.6.2). */
  public static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isTokenCharacter(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  static boolean isTokenCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  private static String shown(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }
}
