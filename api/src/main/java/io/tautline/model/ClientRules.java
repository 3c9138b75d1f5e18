package io.tautline.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules for {@link io.tautline.EndpointClient} interfaces. */
final class ClientRules {
  private static final String CONSUMER = "java.util.function.Consumer";
  private static final String STAGE = "java.util.concurrent.CompletionStage";
  private static final String DURATION = "java.time.Duration";

  private static final List<String> PLAIN =
      List.of("java.lang.String", "byte[]", "java.nio.ByteBuffer");

  private final EndpointModel client;
  private final Problems problems;

  private ClientRules(EndpointModel client, Problems problems) {
    this.client = client;
    this.problems = problems;
  }

  static void check(EndpointModel client, Problems problems) {
    new ClientRules(client, problems).check();
  }

  /** Returns the interface as the endpoint class that it stands for: told what consumers are. */
  static EndpointModel heard(EndpointModel client) {
    return client.withMethods(client.methods().stream().map(ClientRules::heard).toList());
  }

  private static MethodModel heard(MethodModel method) {
    TypeModel told = told(method);
    if (told == null) {
      return method;
    }
    ParameterModel consumer = method.parameters().get(0);
    return new MethodModel(
        method.name(),
        method.callback(),
        List.of(new ParameterModel(consumer.name(), told, null, true, false)),
        method.returns(),
        method.maxMessageBytes(),
        method.broadcast(),
        method.callable());
  }

  /** Returns what the consumer that a listener method takes is told, or null. */
  private static @Nullable TypeModel told(MethodModel method) {
    if (method.callback() == Callback.SEND || method.parameters().size() != 1) {
      return null;
    }
    TypeModel type = method.parameters().get(0).type();
    return type.is(CONSUMER) && type.arguments().size() == 1 ? type.arguments().get(0) : null;
  }

  private void check() {
    if (!client.instantiable()) {
      problems.error(
          "TL080",
          -1,
          -1,
          client.simpleName()
              + " cannot be a client. Make it an interface that extends AutoCloseable, not private"
              + " and without type parameters.");
    }
    for (int m = 0; m < client.methods().size(); m++) {
      MethodModel method = client.methods().get(m);
      if (method.callback() == Callback.SEND) {
        checkSend(m, method);
      } else {
        checkListener(m, method);
      }
    }
  }

  private void checkListener(int m, MethodModel method) {
    TypeModel told = told(method);
    String due =
        switch (method.callback()) {
          case OPEN -> "jakarta.websocket.Session";
          case CLOSE -> "jakarta.websocket.CloseReason";
          case ERROR -> "java.lang.Throwable";
          case HANDSHAKE, MESSAGE, SEND -> null;
        };
    boolean fits = told != null && (due == null || told.is(due));
    if (!fits || !method.callable() || !method.returns().is("void")) {
      String wanted =
          due == null ? "what a message becomes" : due.substring(due.lastIndexOf('.') + 1);
      problems.error(
          "TL081",
          m,
          -1,
          method.callback()
              + " method "
              + method
              + " cannot say who is told. Let it take one Consumer of "
              + wanted
              + ", return nothing and have no body.");
    }
  }

  private void checkSend(int m, MethodModel method) {
    List<ParameterModel> parameters = method.parameters();
    TypeModel answer = method.returns().awaited();
    boolean sends = method.returns().is("void") || isNothing(method.returns());
    boolean asks =
        method.returns().is(STAGE) && !sends && !answer.is(STAGE) && !answer.hasVariable();
    boolean patient = asks && parameters.size() == 2 && parameters.get(1).type().is(DURATION);
    boolean one = parameters.size() == 1 || patient;
    boolean fits = one && !parameters.get(0).type().hasVariable() && (sends || asks);
    if (!fits) {
      problems.error(
          "TL082",
          m,
          -1,
          method
              + " of "
              + client.simpleName()
              + " neither sends nor asks. Let it take one message, and return nothing to send it or"
              + " CompletionStage<Answer> to ask; one that asks may take a Duration too.");
    } else if (asks && isPlain(parameters.get(0).type())) {
      problems.error(
          "TL083",
          m,
          0,
          "`"
              + parameters.get(0)
              + "` cannot be a question, which is a JSON object with a number. Take a record, or"
              + " return nothing.");
    }
  }

  private static boolean isNothing(TypeModel returns) {
    return returns.is(STAGE) && returns.awaited().is("java.lang.Void");
  }

  private static boolean isPlain(TypeModel type) {
    return PLAIN.contains(type.name()) || type.isPrimitiveOrBoxed();
  }
}
