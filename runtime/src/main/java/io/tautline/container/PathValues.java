package io.tautline.container;

import io.tautline.Room;
import io.tautline.Rooms;
import io.tautline.model.PathPattern;
import jakarta.websocket.DecodeException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values of a path's variables, as the types that callbacks want. */
final class PathValues {
  /** A variable as a callback wants it. */
  record Variable(String name, Class<?> type) {
    boolean is(String name, Class<?> type) {
      return this.type == type && this.name.equals(name);
    }
  }

  private static final @Nullable Object[] NONE = {};

  private final Map<String, String> texts;
  private final Rooms rooms;

  /** What was read before anyone was let in, which is the same for all sessions, and its values. */
  private List<Variable> known = List.of();

  private @Nullable Object[] values = NONE;

  PathValues(Map<String, String> texts, Rooms rooms) {
    this.texts = texts;
    this.rooms = rooms;
  }

  /** Reads variables once for the whole session; before it is shared among threads. */
  void read(List<Variable> variables) throws DecodeException {
    if (variables.isEmpty()) {
      return;
    }
    @Nullable Object[] read = new Object[variables.size()];
    for (int i = 0; i < read.length; i++) {
      Variable variable = variables.get(i);
      read[i] = get(variable.name, variable.type);
    }
    values = read;
    known = variables;
  }

  /**
   * Returns the value of a variable.
   *
   * @param type one that {@link FromText} reads, or {@link Room}
   * @return null if the path has no such variable; for a primitive then its zero
   */
  @SuppressWarnings("unchecked") // a reader returns what its class says
  <T> @Nullable T get(String name, Class<T> type) throws DecodeException {
    for (int i = 0; i < known.size(); i++) {
      if (known.get(i).is(name, type)) {
        return (T) values[i];
      }
    }
    String text = texts.get(PathPattern.isVariable(name) ? PathPattern.name(name) : name);
    return text == null ? (T) FromText.zero(type) : (T) value(name, text, type);
  }

  private Object value(String name, String text, Class<?> type) throws DecodeException {
    if (type == String.class) {
      return text;
    }
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
