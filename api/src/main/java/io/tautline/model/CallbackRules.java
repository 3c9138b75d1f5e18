package io.tautline.model;

import io.tautline.model.EndpointModel.Flavor;
import io.tautline.model.TypeModel.Form;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules for callbacks other than {@code @OnMessage}, and for what all callbacks share. */
final class CallbackRules {
  private static final String CONFIG = "jakarta.websocket.EndpointConfig";
  private static final String REASON = "jakarta.websocket.CloseReason";
  private static final String THROWABLE = "java.lang.Throwable";
  private static final String HANDSHAKE = "io.tautline.Handshake";
  private static final String ADMISSION = "io.tautline.Admission";
  private static final String ROOM = "io.tautline.Room";

  /** What every callback of an open session can be given. */
  private static final List<String> GIVEN =
      List.of("jakarta.websocket.Session", HANDSHAKE, "io.tautline.Peer");

  private final EndpointModel endpoint;
  private final Problems problems;
  private final List<String> variables;
  private final Map<String, MethodModel> errorHandlers = new HashMap<>();

  CallbackRules(EndpointModel endpoint, Problems problems) {
    this.endpoint = endpoint;
    this.problems = problems;
    this.variables =
        PathPattern.fault(endpoint.path()) == null
            ? PathPattern.parse(endpoint.path()).variables()
            : List.of();
  }

  /** Returns whether a parameter is given by its type, whatever the callback. */
  static boolean isGiven(TypeModel type) {
    return GIVEN.contains(type.name());
  }

  void checkCallable(int m, MethodModel method) {
    if (!method.callable()) {
      problems.error(
          "TL010",
          m,
          -1,
          method.callback()
              + " method "
              + method.name()
              + " cannot be called. Make it an instance method that is neither private nor"
              + " abstract.");
    }
    for (int p = 0; p < method.parameters().size(); p++) {
      if (!method.parameters().get(p).nameable()) {
        problems.error(
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

  void check(int m, MethodModel method) {
    @Nullable String special =
        switch (method.callback()) {
          case OPEN -> CONFIG;
          case CLOSE -> REASON;
          case ERROR -> THROWABLE;
          case HANDSHAKE, MESSAGE, SEND -> null;
        };
    Set<String> seen = new HashSet<>();
    int subject = -1;
    for (int p = 0; p < method.parameters().size(); p++) {
      ParameterModel parameter = method.parameters().get(p);
      String type = parameter.type().name();
      if (parameter.pathParam() != null) {
        checkPathParam(m, p, parameter);
      } else if (takes(method.callback(), parameter.type(), special)) {
        boolean given = isGiven(parameter.type());
        subject = given ? subject : p;
        if (!seen.add(given ? type : String.valueOf(special))) {
          twice(m, method);
        }
      } else {
        cannotBeGiven(m, p, method.callback(), parameter, special);
      }
    }
    if (method.callback() == Callback.ERROR) {
      checkError(m, method, subject);
    }
    checkReturn(m, method);
  }

  private boolean takes(Callback callback, TypeModel type, @Nullable String special) {
    if (callback == Callback.HANDSHAKE) {
      return type.is(HANDSHAKE);
    }
    boolean anyThrowable = callback == Callback.ERROR && endpoint.flavor() == Flavor.TAUTLINE;
    return isGiven(type)
        || type.name().equals(special)
        || (anyThrowable && type.form() == Form.THROWABLE);
  }

  void twice(int m, MethodModel method) {
    problems.error(
        "TL031",
        m,
        -1,
        method.callback() + " method " + method + " has a parameter twice. Remove one.");
  }

  private void cannotBeGiven(
      int m, int p, Callback callback, ParameterModel parameter, @Nullable String special) {
    String takes =
        special == null
            ? "Handshake"
            : "Session, Handshake, Peer, " + special.substring(special.lastIndexOf('.') + 1);
    problems.error(
        "TL030",
        m,
        p,
        callback
            + " cannot be given `"
            + parameter
            + "`. It takes "
            + takes
            + " and @PathParam parameters; annotate it @PathParam or remove it.");
  }

  private void checkError(int m, MethodModel method, int subject) {
    if (subject < 0) {
      problems.error(
          "TL032",
          m,
          -1,
          "@OnError method "
              + method.name()
              + " needs a Throwable parameter, to be told what went wrong. Add one.");
      return;
    }
    TypeModel type = method.parameters().get(subject).type();
    MethodModel first = errorHandlers.putIfAbsent(type.name(), method);
    if (first != null && endpoint.flavor() == Flavor.TAUTLINE) {
      problems.error(
          "TL033",
          m,
          subject,
          "two @OnError methods for "
              + type
              + ": "
              + first
              + " and "
              + method
              + ". Keep one, or let one take a narrower exception.");
    }
  }

  void checkPathParam(int m, int p, ParameterModel parameter) {
    TypeModel type = parameter.type();
    boolean simple = type.is("java.lang.String") || type.isPrimitiveOrBoxed() || type.is(ROOM);
    boolean ours = endpoint.flavor() == Flavor.TAUTLINE;
    if (!simple && !(ours && (type.form() == Form.ENUM || parameter.textual()))) {
      problems.error(
          "TL041",
          m,
          p,
          "@PathParam `"
              + parameter
              + "` cannot be read from a path. Make it a String"
              + (ours
                  ? ", a primitive, an enum or UUID, or give "
                      + type
                      + " a constructor or a static valueOf that takes a String."
                  : " or a primitive."));
    }
    String name = String.valueOf(parameter.pathParam());
    boolean braced =
        endpoint.flavor() == Flavor.SERVER
            && PathPattern.isVariable(name)
            && variables.contains(PathPattern.name(name));
    if (!variables.contains(name) && !braced && !endpoint.flavor().isClient()) {
      String text =
          "@PathParam(\""
              + name
              + "\"): path \""
              + endpoint.path()
              + "\" has "
              + has()
              + ". Use one of its names or add {"
              + name
              + "} to the path.";
      // Jakarta WebSocket §4.3 gives null for an unknown name, so there it cannot be an error.
      if (ours) {
        problems.error("TL040", m, p, text);
      } else {
        problems.warning("TL040", m, p, text);
      }
    }
  }

  private String has() {
    return variables.isEmpty() ? "no variables" : "{" + String.join("}, {", variables) + "}";
  }

  /** Judges what a callback returns, and to whom. */
  void checkReturn(int m, MethodModel method) {
    boolean nothing = method.returns().is("void");
    if (method.callback() == Callback.HANDSHAKE) {
      if (!nothing && !method.returns().awaited().is(ADMISSION)) {
        problems.error(
            "TL050",
            m,
            -1,
            "@OnHandshake method "
                + method.name()
                + " returns "
                + method.returns()
                + ". Return an Admission, a CompletionStage<Admission>, or nothing to let everyone"
                + " in.");
      }
      if (endpoint.flavor().isClient()) {
        problems.error(
            "TL051",
            m,
            -1,
            "a client lets nobody in, so its @OnHandshake is never called. Remove it; its"
                + " configurator sees the server's answer.");
      }
    }
    if (method.broadcast() != null) {
      checkBroadcast(m, method, method.broadcast());
    } else if (!nothing) {
      checkAnswer(m, method);
    }
  }

  private void checkAnswer(int m, MethodModel method) {
    if (method.callback() == Callback.CLOSE) {
      problems.warning(
          "TL035",
          m,
          -1,
          "what @OnClose method "
              + method.name()
              + " returns reaches nobody, since the session has ended. Return nothing, or annotate"
              + " it @Broadcast.");
    } else if (method.callback() == Callback.OPEN || method.callback() == Callback.ERROR) {
      if (endpoint.flavor() != Flavor.TAUTLINE) {
        problems.warning(
            "TL034",
            m,
            -1,
            "what "
                + method.callback()
                + " method "
                + method.name()
                + " returns is not sent: Jakarta WebSocket sends only what @OnMessage returns. Return"
                + " nothing, or use @Endpoint.");
      }
    }
  }

  private void checkBroadcast(int m, MethodModel method, String room) {
    if (endpoint.flavor().isClient()) {
      problems.error(
          "TL062", m, -1, "a client has no rooms. Remove @Broadcast from " + method.name() + ".");
    } else if (method.returns().is("void") || method.callback() == Callback.HANDSHAKE) {
      problems.error(
          "TL060",
          m,
          -1,
          "@Broadcast method "
              + method.name()
              + " returns no message. Return what is to be sent, or remove @Broadcast.");
    }
    for (String variable : PathPattern.variablesIn(room)) {
      if (!variables.contains(variable)) {
        problems.error(
            "TL061",
            m,
            -1,
            "@Broadcast(\""
                + room
                + "\"): path \""
                + endpoint.path()
                + "\" has "
                + has()
                + ". Use one of its names or add {"
                + variable
                + "} to the path.");
      }
    }
  }
}
