package io.tautline.model;

import io.tautline.model.EndpointModel.Flavor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one rulebook for endpoint classes, for javac and for deployment.
 *
 * <p>Each problem names what is wrong, why, and the cure, on the exact class, method or parameter.
 */
public final class EndpointRules {
  private static final String SESSION = "jakarta.websocket.Session";
  private static final String CONFIG = "jakarta.websocket.EndpointConfig";
  private static final String REASON = "jakarta.websocket.CloseReason";
  private static final String THROWABLE = "java.lang.Throwable";

  private final EndpointModel endpoint;
  private final List<String> variables;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<MessageModel.Kind, MethodModel> handlers =
      new EnumMap<>(MessageModel.Kind.class);
  private final List<@Nullable MessageModel> messages = new ArrayList<>();

  private EndpointRules(EndpointModel endpoint) {
    this.endpoint = endpoint;
    this.variables =
        PathPattern.fault(endpoint.path()) == null
            ? PathPattern.parse(endpoint.path()).variables()
            : List.of();
  }

  /** Returns every problem of one endpoint. */
  public static List<Problem> check(EndpointModel endpoint) {
    EndpointRules rules = new EndpointRules(endpoint);
    rules.checkClass();
    rules.checkMethods();
    return rules.problems;
  }

  /**
   * Returns what each method takes, in the order of {@link EndpointModel#methods}; null for
   * callbacks other than {@code @OnMessage} and for methods that have a problem.
   */
  public static List<@Nullable MessageModel> messages(EndpointModel endpoint) {
    EndpointRules rules = new EndpointRules(endpoint);
    rules.checkMethods();
    return rules.messages;
  }

  /** Returns the problem of {@code second}, if it is served where {@code first} is. */
  public static @Nullable Problem samePath(EndpointModel first, EndpointModel second) {
    if (PathPattern.fault(first.path()) != null
        || PathPattern.fault(second.path()) != null
        || !PathPattern.parse(first.path()).equivalent(PathPattern.parse(second.path()))) {
      return null;
    }
    return new Problem(
        "TL003",
        true,
        -1,
        -1,
        second.simpleName()
            + " and "
            + first.simpleName()
            + " are both served at \""
            + second.path()
            + "\". Change the path of one.");
  }

  private void checkClass() {
    if (endpoint.flavor() != Flavor.CLIENT) {
      String fault = PathPattern.fault(endpoint.path());
      if (fault != null) {
        problem("TL001", -1, -1, fault);
      }
    }
    if (!endpoint.instantiable()) {
      problem(
          "TL004",
          -1,
          -1,
          endpoint.simpleName()
              + " cannot be instantiated. Make it a concrete class, not private,"
              + " and static if it is nested.");
    } else if (endpoint.constructors() != 1) {
      problem(
          "TL005",
          -1,
          -1,
          endpoint.simpleName()
              + " has "
              + endpoint.constructors()
              + " constructors to choose from. Annotate exactly one with @Inject, or add one without"
              + " parameters.");
    }
  }

  private void checkMethods() {
    Map<Callback, MethodModel> seen = new EnumMap<>(Callback.class);
    for (int m = 0; m < endpoint.methods().size(); m++) {
      MethodModel method = endpoint.methods().get(m);
      long before = errors();
      if (!method.callable()) {
        problem(
            "TL010",
            m,
            -1,
            method.callback()
                + " method "
                + method.name()
                + " cannot be called. Make it an instance method that is neither private nor"
                + " abstract.");
      }
      checkNames(m, method);
      if (method.callback() == Callback.MESSAGE) {
        messages.add(checkMessage(m, method, before));
      } else {
        MethodModel first = seen.putIfAbsent(method.callback(), method);
        if (first != null) {
          problem(
              "TL011",
              m,
              -1,
              "two " + method.callback() + " methods: " + first + " and " + method + ". Keep one.");
        }
        checkLifecycle(m, method);
        messages.add(null);
      }
    }
  }

  private void checkNames(int m, MethodModel method) {
    for (int p = 0; p < method.parameters().size(); p++) {
      if (!method.parameters().get(p).nameable()) {
        problem(
            "TL026",
            m,
            p,
            "the private type of `"
                + method.parameters().get(p)
                + "` cannot be named by the code that calls "
                + method.name()
                + ". Make the type package-private.");
      }
    }
  }

  private void checkLifecycle(int m, MethodModel method) {
    String special =
        switch (method.callback()) {
          case OPEN -> CONFIG;
          case CLOSE -> REASON;
          default -> THROWABLE;
        };
    int specials = 0;
    int sessions = 0;
    for (int p = 0; p < method.parameters().size(); p++) {
      ParameterModel parameter = method.parameters().get(p);
      if (parameter.pathParam() != null) {
        checkPathParam(m, p, parameter);
      } else if (parameter.type().is(SESSION)) {
        sessions++;
      } else if (parameter.type().is(special)) {
        specials++;
      } else {
        problem(
            "TL030",
            m,
            p,
            method.callback()
                + " cannot be given `"
                + parameter
                + "`. It takes Session, "
                + special.substring(special.lastIndexOf('.') + 1)
                + " and @PathParam parameters; annotate it @PathParam or remove it.");
      }
    }
    if (sessions > 1 || specials > 1) {
      problem(
          "TL031",
          m,
          -1,
          method.callback() + " method " + method + " has a parameter twice. Remove one.");
    }
    if (method.callback() == Callback.ERROR && specials == 0) {
      problem(
          "TL032",
          m,
          -1,
          "@OnError method "
              + method.name()
              + " needs a Throwable parameter, to be told what went wrong. Add one.");
    }
  }

  private void checkPathParam(int m, int p, ParameterModel parameter) {
    TypeModel type = parameter.type();
    if (!type.is("java.lang.String") && !type.isPrimitiveOrBoxed()) {
      problem(
          "TL041",
          m,
          p,
          "@PathParam `"
              + parameter
              + "` cannot be read from a path."
              + " Make it a String or a primitive.");
    }
    String name = String.valueOf(parameter.pathParam());
    boolean braced =
        endpoint.flavor() == Flavor.SERVER
            && PathPattern.isVariable(name)
            && variables.contains(PathPattern.name(name));
    if (!variables.contains(name) && !braced && endpoint.flavor() != Flavor.CLIENT) {
      String has =
          variables.isEmpty() ? "no variables" : "{" + String.join("}, {", variables) + "}";
      // Jakarta WebSocket §4.3 gives null for an unknown name, so there it cannot be an error.
      problems.add(
          new Problem(
              "TL040",
              endpoint.flavor() == Flavor.TAUTLINE,
              m,
              p,
              "@PathParam(\""
                  + name
                  + "\"): path \""
                  + endpoint.path()
                  + "\" has "
                  + has
                  + ". Use one of its names or add {"
                  + name
                  + "} to the path."));
    }
  }

  private @Nullable MessageModel checkMessage(int m, MethodModel method, long before) {
    List<Integer> candidates = new ArrayList<>();
    int booleans = 0;
    int last = -1;
    int sessions = 0;
    for (int p = 0; p < method.parameters().size(); p++) {
      ParameterModel parameter = method.parameters().get(p);
      if (parameter.pathParam() != null) {
        checkPathParam(m, p, parameter);
      } else if (parameter.type().is(SESSION)) {
        sessions++;
      } else if (parameter.type().is("boolean")) {
        booleans++;
        last = p;
      } else {
        candidates.add(p);
      }
    }
    if (candidates.isEmpty() && booleans == 1) {
      candidates.add(last); // a boolean alone is the message
      last = -1;
    }
    if (sessions > 1 || booleans > 1) {
      problem(
          "TL031", m, -1, "@OnMessage method " + method + " has a parameter twice. Remove one.");
    }
    if (candidates.size() != 1) {
      int extra = candidates.size() > 1 ? candidates.get(1) : -1;
      String cure =
          extra < 0
              ? "Add the parameter that receives the message."
              : "Remove `" + method.parameters().get(extra) + "` or annotate it @PathParam.";
      problem(
          "TL020",
          m,
          extra,
          "@OnMessage needs one message parameter besides Session; found "
              + candidates.size()
              + ". "
              + cure);
      return null;
    }
    MessageModel message = MessageModel.of(endpoint, method, candidates.get(0), last);
    if (message == null) {
      undecodable(m, candidates.get(0), method.parameters().get(candidates.get(0)));
      return null;
    }
    checkPartial(m, method, message);
    checkReturn(m, method);
    MethodModel first = handlers.putIfAbsent(message.kind(), method);
    if (first != null) {
      problem(
          "TL022",
          m,
          -1,
          "two @OnMessage methods for "
              + message.kind()
              + " messages: "
              + first
              + " and "
              + method
              + ". Keep one, or let one take a sealed interface of all message types.");
    }
    return errors() == before ? message : null;
  }

  private void undecodable(int m, int p, ParameterModel parameter) {
    String cure =
        endpoint.flavor() == Flavor.TAUTLINE
            ? "Use a class instead of the type variable."
            : "Name a decoder for it in "
                + endpoint.flavor()
                + "(decoders), make it a record, or use @Endpoint.";
    problem(
        "TL024",
        m,
        p,
        "a message cannot become `"
            + parameter
            + "`: "
            + parameter.type()
            + " has no decoder. "
            + cure);
  }

  private void checkPartial(int m, MethodModel method, MessageModel message) {
    if (!message.partial()) {
      return;
    }
    switch (message.form()) {
      case STRING, BYTE_ARRAY, BYTE_BUFFER -> {}
      default ->
          problem(
              "TL023",
              m,
              message.last(),
              "`"
                  + method.parameters().get(message.last())
                  + "` tells the last part of a message, but "
                  + message.type()
                  + " does not come in parts. Remove it, or take String, byte[] or ByteBuffer.");
    }
  }

  private void checkReturn(int m, MethodModel method) {
    if (method.returns().hasVariable()) {
      problem(
          "TL025",
          m,
          -1,
          "the return value of "
              + method.name()
              + " is sent as a message, but "
              + method.returns()
              + " has a type variable. Return a class, or void.");
    }
  }

  private long errors() {
    return problems.stream().filter(Problem::error).count();
  }

  private void problem(String code, int method, int parameter, String text) {
    problems.add(new Problem(code, true, method, parameter, text));
  }
}
