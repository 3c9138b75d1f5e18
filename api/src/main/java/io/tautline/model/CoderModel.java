package io.tautline.model;

import java.util.List;

/**
 * A Jakarta decoder or encoder class named by an endpoint.
 *
 * @param className binary name
 * @param codings what it implements, in the order of {@link Wire}
 * @param instantiable whether instances can be made of it
 */
public record CoderModel(String className, List<Coding> codings, boolean instantiable) {
  /** What a coder reads or writes. */
  public enum Wire {
    TEXT,
    BINARY,
    TEXT_STREAM,
    BINARY_STREAM;

    /** Returns whether this is text. */
    public boolean isText() {
      return this == TEXT || this == TEXT_STREAM;
    }
  }

  /**
   * One implemented interface.
   *
   * @param wire which of the four
   * @param type the Java type on the other side
   */
  public record Coding(Wire wire, TypeModel type) {}

  /** Copies the codings. */
  public CoderModel {
    codings = List.copyOf(codings);
  }
}
