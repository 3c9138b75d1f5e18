package io.tautline.model;

import org.jspecify.annotations.Nullable;

/**
 * A parameter of a callback.
 *
 * @param name as written
 * @param type as written
 * @param pathParam the value of its {@code @PathParam}, or null
 * @param nameable whether code beside the endpoint class can name the type
 * @param textual whether its type has a constructor or a static {@code valueOf} or {@code
 *     fromString} that takes a String
 */
public record ParameterModel(
    String name, TypeModel type, @Nullable String pathParam, boolean nameable, boolean textual) {
  @Override
  public String toString() {
    return type + " " + name;
  }
}
