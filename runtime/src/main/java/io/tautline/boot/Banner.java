package io.tautline.boot;

import io.tautline.model.EndpointModel;
import io.tautline.model.EndpointRules;
import io.tautline.model.MessageModel;
import io.tautline.model.TypeModel;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What a server says on the terminal once it is up. */
final class Banner {
  private Banner() {}

  static String of(TautlineServer server, long startMillis) {
    StringBuilder text = new StringBuilder();
    text.append("Tautline ").append(version()).append(" on Java ");
    text.append(Runtime.version().feature()).append(", ready in ");
    text.append(startMillis).append(" ms\n");
    for (EndpointModel endpoint : server.endpoints()) {
      text.append("  ").append(endpoint.path()).append("  ").append(endpoint.simpleName());
      List<String> messages = messages(endpoint);
      if (!messages.isEmpty()) {
        text.append("  ").append(String.join(", ", messages));
      }
      text.append('\n');
    }
    if (server.endpoints().isEmpty()) {
      text.append("  no endpoints found: annotate a class @Endpoint(\"/path\")\n");
    }
    String scheme = server.isSecure() ? "https" : "http";
    return text.append("  ")
        .append(scheme)
        .append("://localhost:")
        .append(server.port())
        .append("/")
        .toString();
  }

  /** Returns what an endpoint's messages become, and what they are answered with. */
  private static List<String> messages(EndpointModel endpoint) {
    List<String> all = new ArrayList<>();
    List<MessageModel> models = EndpointRules.messages(endpoint);
    for (int m = 0; m < models.size(); m++) {
      MessageModel message = models.get(m);
      if (message != null) {
        TypeModel answer = endpoint.methods().get(m).returns();
        String form = message.form() == MessageModel.Form.JSON ? "JSON " : "";
        String types =
            message.names().isEmpty()
                ? message.type().toString()
                : String.join("|", new TreeSet<>(message.names().keySet()));
        all.add(form + types + (answer.is("void") ? "" : " -> " + answer.awaited()));
      }
    }
    return all;
  }

  static String version() {
    String version = Banner.class.getPackage().getImplementationVersion();
    return version == null ? "(development)" : version;
  }
}
