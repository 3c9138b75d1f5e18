package io.tautline.model;

import org.jspecify.annotations.Nullable;

/**
 * A parameter of a callback.
 *
 * @param name as written
 * @param type as written
 * @param pathParam the value of its {@code @PathParam}, or null
 * @param nameable whether code beside the endpoint class can name the type
 */
public record ParameterModel(
    String name, TypeModel type, @Nullable String pathParam, boolean nameable) {
  @Override
  public String toString() {
    return type + " " + name;
  }
}
