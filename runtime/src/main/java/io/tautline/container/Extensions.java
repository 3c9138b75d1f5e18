package io.tautline.container;

import io.tautline.deflate.DeflateParameters;
import jakarta.websocket.Extension;
import java.util.ArrayList;
import java.util.List;

/** Extensions as Jakarta WebSocket shows them, and as header elements. */
final class Extensions {
  /** The one that is built in. */
  static final Extension DEFLATE = new Named(DeflateParameters.NAME, List.of());

  private record Named(String getName, List<Extension.Parameter> getParameters)
      implements Extension {}

  private record Value(String getName, String getValue) implements Extension.Parameter {}

  private Extensions() {}

  /** Returns the extensions of a header's elements. */
  static List<Extension> parse(List<String> elements) {
    List<Extension> extensions = new ArrayList<>();
    for (String element : elements) {
      List<Extension.Parameter> parameters = new ArrayList<>();
      int semicolon = element.indexOf(';');
      int from = semicolon < 0 ? element.length() : semicolon + 1;
      while (from < element.length()) {
        int next = element.indexOf(';', from);
        int to = next < 0 ? element.length() : next;
        String parameter = element.substring(from, to).strip();
        int equals = parameter.indexOf('=');
        parameters.add(
            equals < 0
                ? new Value(parameter, "")
                : new Value(
                    parameter.substring(0, equals).strip(),
                    parameter.substring(equals + 1).strip().replace("\"", "")));
        from = to + 1;
      }
      String name = semicolon < 0 ? element : element.substring(0, semicolon);
      extensions.add(new Named(name.strip(), parameters));
    }
    return extensions;
  }

  /** Returns an extension as an element of a header. */
  static String header(Extension extension) {
    StringBuilder text = new StringBuilder(extension.getName());
    List<Extension.Parameter> parameters = extension.getParameters();
    for (Extension.Parameter parameter :
        parameters == null ? List.<Extension.Parameter>of() : parameters) {
      text.append("; ").append(parameter.getName());
      String value = parameter.getValue();
      if (value != null && !value.isEmpty()) {
        text.append('=').append(value);
      }
    }
    return text.toString();
  }

  /** Returns whether one of the extensions is permessage-deflate. */
  static boolean hasDeflate(List<Extension> extensions) {
    return extensions.stream().anyMatch(e -> e.getName().equals(DeflateParameters.NAME));
  }
}
