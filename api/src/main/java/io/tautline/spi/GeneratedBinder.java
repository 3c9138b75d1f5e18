package io.tautline.spi;

import io.tautline.model.EndpointModel;
import io.tautline.model.ModelText;

/** What the binders that the annotation processor generates have in common. */
public abstract class GeneratedBinder implements EndpointBinder {
  private final Class<?> type;
  private final EndpointModel model;

  /**
   * Made by the service loader.
   *
   * @param type the endpoint class
   * @param model what it declares, written by {@link ModelText}
   * @throws IllegalArgumentException if another version of the processor wrote the model
   */
  protected GeneratedBinder(Class<?> type, String model) {
    this.type = type;
    try {
      this.model = ModelText.read(model);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the binder of " + type.getName() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public final Class<?> type() {
    return type;
  }

  @Override
  public final EndpointModel model() {
    return model;
  }

  /** Returns what to throw when asked for a method that the class does not have. */
  protected static IllegalArgumentException unknown(int method) {
    return new IllegalArgumentException("no method " + method);
  }
}
