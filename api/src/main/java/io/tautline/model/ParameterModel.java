package io.tautline.model;

import org.jspecify.annotations.Nullable;

/**
 * A parameter of a callback.
 *
 * @param name as written
 * @param type as written
 * @param pathParam the value of its {@code @PathParam}, or null
 */
public record ParameterModel(String name, TypeModel type, @Nullable String pathParam) {
  @Override
  public String toString() {
    return type + " " + name;
  }
}
