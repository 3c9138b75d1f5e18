package io.tautline.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The path of an endpoint: literal segments and {@code {variables}}, each a whole segment (URI
 * template level 1, as Jakarta WebSocket §3.1.1 has it).
 *
 * @param path as written
 * @param segments literals; a variable stands as its name in braces
 */
public record PathPattern(String path, List<String> segments) {
  /** Copies the segments. */
  public PathPattern {
    segments = List.copyOf(segments);
  }

  /**
   * Parses a path.
   *
   * @throws IllegalArgumentException with what is wrong and the cure
   */
  public static PathPattern parse(String path) {
    String fault = fault(path);
    if (fault != null) {
      throw new IllegalArgumentException(fault);
    }
    return new PathPattern(path, split(path));
  }

  /** Returns what is wrong with a path, and the cure, or null. */
  static @Nullable String fault(String path) {
    if (!path.startsWith("/")) {
      return "path \"" + path + "\" must begin with a slash. Write \"/" + path + "\".";
    }
    Set<String> names = new HashSet<>();
    List<String> segments = split(path);
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      if (segment.isEmpty() && i < segments.size() - 1) {
        return "path \"" + path + "\" has an empty segment. Remove one of the slashes.";
      }
      if (segment.equals(".") || segment.equals("..")) {
        return "path \""
            + path
            + "\" has the segment \""
            + segment
            + "\", which no request has once it is normalised. Write the path without it.";
      }
      if (isVariable(segment)) {
        String name = name(segment);
        if (name.isEmpty() || name.indexOf('{') >= 0 || name.indexOf('}') >= 0) {
          return "path \""
              + path
              + "\" has a variable without a proper name: "
              + segment
              + ". Write {name}.";
        }
        if (!names.add(name)) {
          return "path \"" + path + "\" names the variable {" + name + "} twice. Rename one.";
        }
      } else if (segment.indexOf('{') >= 0 || segment.indexOf('}') >= 0) {
        return "path \""
            + path
            + "\" has a variable that is not a whole segment: "
            + segment
            + ". Put slashes around it.";
      }
    }
    return null;
  }

  /** Returns the segments of a path that begins with a slash. */
  public static List<String> split(String path) {
    List<String> segments = new ArrayList<>(4);
    int from = 1;
    for (int slash = path.indexOf('/', 1); slash >= 0; slash = path.indexOf('/', from)) {
      segments.add(path.substring(from, slash));
      from = slash + 1;
    }
    segments.add(path.substring(from));
    return segments;
  }

  /** Returns whether a segment is a variable. */
  public static boolean isVariable(String segment) {
    return segment.length() >= 2 && segment.startsWith("{") && segment.endsWith("}");
  }

  /** Returns the name of a segment that is a variable. */
  public static String name(String segment) {
    return segment.substring(1, segment.length() - 1);
  }

  /** Returns the names of the variables, in order. */
  public List<String> variables() {
    List<String> names = new ArrayList<>(2);
    for (String segment : segments) {
      if (isVariable(segment)) {
        names.add(name(segment));
      }
    }
    return names;
  }

  /** Returns the names in braces anywhere in a text. */
  static List<String> variablesIn(String text) {
    List<String> names = new ArrayList<>(2);
    for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', open + 1)) {
      int close = text.indexOf('}', open);
      names.add(text.substring(open + 1, close < 0 ? text.length() : close));
    }
    return names;
  }

  /**
   * Returns a text with every {@code {name}} replaced by that variable's value, which is not looked
   * at again: a client chooses values, and may put braces into them.
   */
  public static String expand(String text, Map<String, String> values) {
    StringBuilder expanded = new StringBuilder(text.length());
    int from = 0;
    for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
      int close = text.indexOf('}', open);
      if (close < 0) {
        break;
      }
      String name = text.substring(open + 1, close);
      expanded.append(text, from, open).append(values.getOrDefault(name, ""));
      from = close + 1;
    }
    return expanded.append(text, from, text.length()).toString();
  }

  /** Returns whether this and {@code other} would match the same paths and nothing else. */
  public boolean equivalent(PathPattern other) {
    if (segments.size() != other.segments.size()) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      String mine = segments.get(i);
      String theirs = other.segments.get(i);
      boolean same = isVariable(mine) ? isVariable(theirs) : mine.equals(theirs);
      if (!same) {
        return false;
      }
    }
    return true;
  }
}
