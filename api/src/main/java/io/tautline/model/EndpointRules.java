package io.tautline.model;

import io.tautline.model.EndpointModel.Flavor;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one rulebook for endpoint classes, for javac and for deployment: this page for the class,
 * {@link CallbackRules} and {@link MessageRules} for its methods, {@link ClientRules} for a client
 * interface.
 *
 * <p>Each problem names what is wrong, why, and the cure, on the exact class, method or parameter.
 */
public final class EndpointRules {
  private final EndpointModel endpoint;
  private final Problems problems = new Problems();
  private final CallbackRules callbacks;
  private final MessageRules messages;

  private EndpointRules(EndpointModel endpoint) {
    this.endpoint = endpoint;
    this.callbacks = new CallbackRules(endpoint, problems);
    this.messages = new MessageRules(endpoint, callbacks, problems);
  }

  /** Returns every problem of one endpoint. */
  public static List<Problem> check(EndpointModel endpoint) {
    EndpointRules rules = new EndpointRules(endpoint.heard());
    if (endpoint.flavor() == Flavor.INTERFACE) {
      ClientRules.check(endpoint, rules.problems);
      if (rules.problems.errors() > 0) {
        return rules.problems.all();
      }
    }
    rules.checkClass();
    rules.checkSettings();
    rules.checkCoders();
    rules.checkMethods();
    return rules.problems.all();
  }

  /**
   * Returns what each method takes, in the order of {@link EndpointModel#methods}; null for
   * callbacks other than {@code @OnMessage} and for methods that have a problem.
   */
  public static List<@Nullable MessageModel> messages(EndpointModel endpoint) {
    EndpointRules rules = new EndpointRules(endpoint.heard());
    rules.checkMethods();
    return rules.messages.models();
  }

  /**
   * Returns why no instance of an endpoint can be made; null if one can. For others to make, such
   * as whoever connects a client, it is no problem.
   */
  public static @Nullable Problem creation(EndpointModel endpoint) {
    if (!endpoint.instantiable()) {
      return new Problem(
          "TL004",
          true,
          -1,
          -1,
          endpoint.simpleName()
              + " cannot be instantiated. Make it a concrete class, not private,"
              + " and static if it is nested.");
    }
    if (endpoint.constructors() != 1) {
      return new Problem(
          "TL005",
          true,
          -1,
          -1,
          endpoint.simpleName()
              + " has "
              + endpoint.constructors()
              + " constructors to choose from. Annotate exactly one with @Inject, or add one without"
              + " parameters.");
    }
    return null;
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
    if (!endpoint.flavor().isClient()) {
      String fault = PathPattern.fault(endpoint.path());
      if (fault != null) {
        problems.error("TL001", -1, -1, fault);
      }
    }
    Problem creation = creation(endpoint);
    boolean byConfigurator = endpoint.configurator() != null && endpoint.instantiable();
    if (creation != null && endpoint.flavor() != Flavor.CLIENT && !byConfigurator) {
      problems.add(creation);
    }
    if (endpoint.methods().isEmpty() && endpoint.flavor() == Flavor.TAUTLINE) {
      problems.warning(
          "TL007",
          -1,
          -1,
          endpoint.simpleName()
              + " is told nothing: none of its methods is a callback. Annotate one @OnMessage or"
              + " @OnOpen.");
    }
  }

  private void checkSettings() {
    EndpointSettings settings = endpoint.settings();
    atLeast("maxMessageBytes", settings.maxMessageBytes(), 1);
    atLeast("idleTimeoutMillis", settings.idleTimeoutMillis(), 0);
    atLeast("maxQueuedBytes", settings.maxQueuedBytes(), 1);
    atLeast("maxQueuedMessages", settings.maxQueuedMessages(), 1);
    for (String origin : settings.allowedOrigins()) {
      if (!OriginPattern.isPattern(origin)) {
        problems.error(
            "TL009",
            -1,
            -1,
            "\""
                + origin
                + "\" in allowedOrigins is no origin. Write scheme and host, and the port if it is"
                + " not the usual one: \"https://example.org\", \"https://*.example.org\","
                + " \"http://localhost:*\"; or \"*\" for all.");
      }
    }
    for (String limit : settings.limits()) {
      checkLimit(limit);
    }
    Set<String> seen = new HashSet<>();
    for (String subprotocol : endpoint.subprotocols()) {
      if (!isToken(subprotocol)) {
        problems.error(
            "TL012",
            -1,
            -1,
            "\""
                + subprotocol
                + "\" cannot be a subprotocol, which is a token (RFC 6455 §4.1). Use letters, digits,"
                + " dots and dashes.");
      } else if (!seen.add(subprotocol)) {
        problems.error(
            "TL012", -1, -1, "subprotocol \"" + subprotocol + "\" is named twice. Remove one.");
      }
    }
  }

  private void checkLimit(String limit) {
    int equals = limit.indexOf('=');
    String key = limit.substring(0, Math.max(0, equals)).strip();
    Optional<LimitName> name = LimitName.of(key);
    String why = null;
    if (name.isEmpty() || !name.get().isOfConnections()) {
      why =
          name.isPresent()
              ? "holds before the endpoint is known; set it for the server"
              : "names no limit; write one as \"pingInterval=10 s\" or \"maxFragments=100\"";
    } else {
      try {
        name.get().parse(limit.substring(equals + 1).strip());
      } catch (IllegalArgumentException e) {
        why = "has no such value: " + e.getMessage();
      }
    }
    if (why != null) {
      problems.error("TL013", -1, -1, "\"" + limit + "\" in limits " + why + ".");
    }
  }

  private void atLeast(String name, long value, long least) {
    if (value < least && value != -1) {
      problems.error(
          "TL008",
          -1,
          -1,
          name
              + " is "
              + value
              + ". Make it at least "
              + least
              + ", or leave it out for the server's setting.");
    }
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~' || "()<>@,;:\\\"/[]?={}".indexOf(c) >= 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private void checkCoders() {
    for (CoderModel coder : endpoint.decoders()) {
      checkCoder(coder, "decoder", "Decoder");
    }
    for (CoderModel coder : endpoint.encoders()) {
      checkCoder(coder, "encoder", "Encoder");
    }
  }

  private void checkCoder(CoderModel coder, String kind, String kinds) {
    String name = coder.className().substring(coder.className().lastIndexOf('.') + 1);
    if (!coder.instantiable()) {
      problems.error(
          "TL070",
          -1,
          -1,
          kind
              + " "
              + name.replace('$', '.')
              + " cannot be instantiated. Make it a concrete class, static if it is nested, with a"
              + " constructor without parameters or one that is annotated @Inject.");
    }
    if (coder.codings().isEmpty()) {
      problems.error(
          "TL071",
          -1,
          -1,
          kind
              + " "
              + name.replace('$', '.')
              + " codes nothing. Let it implement "
              + kinds
              + ".Text, Binary, TextStream or BinaryStream.");
    }
  }

  private void checkMethods() {
    Map<Callback, MethodModel> seen = new EnumMap<>(Callback.class);
    for (int m = 0; m < endpoint.methods().size(); m++) {
      MethodModel method = endpoint.methods().get(m);
      int before = problems.errors();
      callbacks.checkCallable(m, method);
      if (method.callback() == Callback.SEND) {
        messages.none();
        continue;
      }
      if (method.callback() == Callback.MESSAGE) {
        messages.check(m, method, before);
        continue;
      }
      MethodModel first = seen.putIfAbsent(method.callback(), method);
      boolean several = method.callback() == Callback.ERROR && endpoint.flavor() == Flavor.TAUTLINE;
      if (first != null && !several) {
        problems.error(
            "TL011",
            m,
            -1,
            "two " + method.callback() + " methods: " + first + " and " + method + ". Keep one.");
      }
      callbacks.check(m, method);
      messages.none();
    }
    messages.checkTogether();
  }
}
