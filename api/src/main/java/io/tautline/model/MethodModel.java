package io.tautline.model;

import java.util.List;

/**
 * A callback method of an endpoint class, its own or inherited.
 *
 * @param name as written
 * @param callback which callback it is
 * @param parameters in order
 * @param returns the return type, {@link TypeModel#VOID} for none
 * @param maxMessageBytes {@code maxMessageSize} of its {@code @OnMessage}, or -1
 * @param callable whether it is an instance method, not private and not abstract
 */
public record MethodModel(
    String name,
    Callback callback,
    List<ParameterModel> parameters,
    TypeModel returns,
    long maxMessageBytes,
    boolean callable) {

  /** Copies the parameters. */
  public MethodModel {
    parameters = List.copyOf(parameters);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name).append('(');
    for (int i = 0; i < parameters.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(parameters.get(i).type());
    }
    return text.append(')').toString();
  }
}
