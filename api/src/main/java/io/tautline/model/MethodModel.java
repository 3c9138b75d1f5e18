package io.tautline.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A callback method of an endpoint class, its own or inherited.
 *
 * @param name as written
 * @param callback which callback it is
 * @param parameters in order
 * @param returns the return type, {@link TypeModel#VOID} for none
 * @param maxMessageBytes {@code maxMessageSize} of its {@code @OnMessage}, or -1
 * @param broadcast the room that gets what it returns, see {@link io.tautline.Broadcast}; or null
 * @param callable whether it is an instance method, not private and not abstract
 */
public record MethodModel(
    String name,
    Callback callback,
    List<ParameterModel> parameters,
    TypeModel returns,
    long maxMessageBytes,
    @Nullable String broadcast,
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
