package io.tautline.processor;

import io.tautline.model.CoderModel;
import io.tautline.model.EndpointModel;
import io.tautline.model.EndpointSettings;
import io.tautline.model.MethodModel;
import io.tautline.model.ParameterModel;
import io.tautline.model.TypeModel;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The model of an endpoint as source code. */
final class ModelSource {
  private ModelSource() {}

  static String endpoint(EndpointModel model) {
    return "new EndpointModel("
        + String.join(
            ", ",
            literal(model.className()),
            "EndpointModel.Flavor." + model.flavor().name(),
            literal(model.path()),
            list(model.subprotocols(), ModelSource::literal),
            list(model.decoders(), ModelSource::coder),
            list(model.encoders(), ModelSource::coder),
            literal(model.configurator()),
            String.valueOf(model.instantiable()),
            String.valueOf(model.constructors()),
            settings(model.settings()),
            list(model.methods(), ModelSource::method))
        + ")";
  }

  private static String settings(EndpointSettings settings) {
    return settings.equals(EndpointSettings.DEFAULT)
        ? "EndpointSettings.DEFAULT"
        : "new EndpointSettings("
            + String.join(
                ", ",
                String.valueOf(settings.maxMessageBytes()),
                settings.idleTimeoutMillis() + "L",
                "io.tautline.Compression." + settings.compression().name(),
                list(settings.allowedOrigins(), ModelSource::literal),
                "io.tautline.SlowConsumer." + settings.slowConsumer().name(),
                String.valueOf(settings.maxQueuedBytes()),
                String.valueOf(settings.maxQueuedMessages()))
            + ")";
  }

  private static String coder(CoderModel coder) {
    return "new CoderModel("
        + String.join(
            ", ",
            literal(coder.className()),
            list(coder.codings(), ModelSource::coding),
            String.valueOf(coder.instantiable()))
        + ")";
  }

  private static String coding(CoderModel.Coding coding) {
    return "new CoderModel.Coding(CoderModel.Wire."
        + coding.wire().name()
        + ", "
        + type(coding.type())
        + ")";
  }

  private static String method(MethodModel method) {
    return "new MethodModel("
        + String.join(
            ", ",
            literal(method.name()),
            "Callback." + method.callback().name(),
            list(method.parameters(), ModelSource::parameter),
            type(method.returns()),
            method.maxMessageBytes() + "L",
            literal(method.broadcast()),
            String.valueOf(method.callable()))
        + ")";
  }

  private static String parameter(ParameterModel parameter) {
    return "new ParameterModel("
        + String.join(
            ", ",
            literal(parameter.name()),
            type(parameter.type()),
            literal(parameter.pathParam()),
            String.valueOf(parameter.nameable()),
            String.valueOf(parameter.textual()))
        + ")";
  }

  private static String type(TypeModel type) {
    if (type.equals(TypeModel.VOID)) {
      return "TypeModel.VOID";
    }
    String name = literal(type.name());
    String form = "TypeModel.Form." + type.form().name();
    return type.equals(TypeModel.of(type.name(), type.form()))
        ? "TypeModel.of(" + name + ", " + form + ")"
        : "new TypeModel("
            + String.join(
                ", ",
                name,
                form,
                list(type.arguments(), ModelSource::type),
                list(type.leaves(), ModelSource::literal))
            + ")";
  }

  private static <T> String list(List<T> values, Function<T, String> one) {
    return "List.of(" + String.join(", ", values.stream().map(one).toList()) + ")";
  }

  static String literal(@Nullable String value) {
    if (value == null) {
      return "null";
    }
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\n' || c == '\r') {
        literal.append(c == '\n' ? "\\n" : "\\r");
      } else if (c == '"' || c == '\\') {
        literal.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        literal.append(String.format("\\u%04x", (int) c));
      } else {
        literal.append(c);
      }
    }
    return literal.append('"').toString();
  }
}
