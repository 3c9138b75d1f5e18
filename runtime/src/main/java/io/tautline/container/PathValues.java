package io.tautline.container;

import io.tautline.Room;
import io.tautline.Rooms;
import io.tautline.model.PathPattern;
import jakarta.websocket.DecodeException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values of a path's variables, each read once as the type that callbacks want. */
final class PathValues {
  /** A variable as a callback wants it. */
  record Variable(String name, Class<?> type) {}

  private final Map<String, String> texts;
  private final Rooms rooms;
  private @Nullable Map<Variable, Object> read;

  PathValues(Map<String, String> texts, Rooms rooms) {
    this.texts = texts;
    this.rooms = rooms;
  }

  Map<String, String> texts() {
    return texts;
  }

  /**
   * Returns the value of a variable.
   *
   * @param type one that {@link FromText} reads, or {@link Room}
   * @return null if the path has no such variable; for a primitive then its zero
   */
  @SuppressWarnings("unchecked") // a reader returns what its class says
  <T> @Nullable T get(String name, Class<T> type) throws DecodeException {
    if (type == String.class && texts.containsKey(name)) {
      return (T) texts.get(name);
    }
    Variable variable = new Variable(name, type);
    Object known = known(variable);
    if (known == null) {
      String text = texts.get(PathPattern.isVariable(name) ? PathPattern.name(name) : name);
      if (text == null) {
        return (T) FromText.zero(type);
      }
      known = value(name, text, type);
      know(variable, known);
    }
    return (T) known;
  }

  private synchronized @Nullable Object known(Variable variable) {
    return read == null ? null : read.get(variable);
  }

  private synchronized void know(Variable variable, Object value) {
    if (read == null) {
      read = new HashMap<>(4);
    }
    read.put(variable, value);
  }

  private Object value(String name, String text, Class<?> type) throws DecodeException {
    if (type == Room.class) {
      return rooms.room(text);
    }
    Function<String, Object> reader = FromText.reader(type);
    if (reader == null) {
      throw new IllegalArgumentException(type + " cannot be read from a path");
    }
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new DecodeException(
          text, "path variable {" + name + "} is not a " + type.getSimpleName(), e);
    }
  }
}
