package io.tautline.model;

import io.tautline.model.MessageModel.Form;
import io.tautline.model.MessageModel.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rules for {@code @OnMessage} methods: each by itself, then all of an endpoint together. */
final class MessageRules {
  private final EndpointModel endpoint;
  private final CallbackRules callbacks;
  private final Problems problems;
  private final Map<Kind, Integer> first = new EnumMap<>(Kind.class);
  private final List<@Nullable MessageModel> models = new ArrayList<>();

  MessageRules(EndpointModel endpoint, CallbackRules callbacks, Problems problems) {
    this.endpoint = endpoint;
    this.callbacks = callbacks;
    this.problems = problems;
  }

  /** Returns what each method takes; null for one that is no {@code @OnMessage} or at fault. */
  List<@Nullable MessageModel> models() {
    return models;
  }

  /** Notes a method that is no {@code @OnMessage}. */
  void none() {
    models.add(null);
  }

  /**
   * Checks one method.
   *
   * @param before how many errors there were before this method
   */
  void check(int m, MethodModel method, int before) {
    MessageModel message = classify(m, method);
    if (message != null) {
      checkPartial(m, method, message);
      checkReturn(m, method);
      checkFirst(m, method, message);
    }
    models.add(problems.errors() == before ? message : null);
  }

  private @Nullable MessageModel classify(int m, MethodModel method) {
    List<Integer> candidates = new ArrayList<>();
    List<String> given = new ArrayList<>();
    int booleans = 0;
    int last = -1;
    for (int p = 0; p < method.parameters().size(); p++) {
      ParameterModel parameter = method.parameters().get(p);
      if (parameter.pathParam() != null) {
        callbacks.checkPathParam(m, p, parameter);
      } else if (CallbackRules.isGiven(parameter.type())) {
        given.add(parameter.type().name());
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
    if (given.stream().distinct().count() < given.size() || booleans > 1) {
      callbacks.twice(m, method);
    }
    if (candidates.size() != 1) {
      notOne(m, method, candidates);
      return null;
    }
    MessageModel message = MessageModel.of(endpoint, method, candidates.get(0), last);
    if (message == null) {
      undecodable(m, candidates.get(0), method.parameters().get(candidates.get(0)));
    }
    return message;
  }

  private void notOne(int m, MethodModel method, List<Integer> candidates) {
    int extra = candidates.size() > 1 ? candidates.get(1) : -1;
    String cure =
        extra < 0
            ? "Add the parameter that receives the message."
            : "Remove `" + method.parameters().get(extra) + "` or annotate it @PathParam.";
    problems.error(
        "TL020",
        m,
        extra,
        "@OnMessage needs one message parameter besides Session; found "
            + candidates.size()
            + ". "
            + cure);
  }

  private void undecodable(int m, int p, ParameterModel parameter) {
    String cure =
        endpoint.flavor().isTyped()
            ? "Use a class instead of the type variable."
            : "Name a decoder for it in "
                + endpoint.flavor()
                + "(decoders), make it a record, or use @Endpoint.";
    problems.error(
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
      case STRING, BYTE_ARRAY, BYTE_BUFFER -> {
        if (method.maxMessageBytes() >= 0) {
          problems.warning(
              "TL021",
              m,
              -1,
              "maxMessageSize of "
                  + method.name()
                  + " bounds nothing: its message comes in parts and is never held as a whole."
                  + " Remove it.");
        }
      }
      default ->
          problems.error(
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
      problems.error(
          "TL025",
          m,
          -1,
          "the return value of "
              + method.name()
              + " is sent as a message, but "
              + method.returns()
              + " has a type variable. Return a class, or void.");
    }
    callbacks.checkReturn(m, method);
  }

  /** One method for each kind, except that JSON of several types may go to several methods. */
  private void checkFirst(int m, MethodModel method, MessageModel message) {
    Integer before = first.putIfAbsent(message.kind(), m);
    if (before == null) {
      return;
    }
    MessageModel other = models.get(before);
    boolean types =
        endpoint.flavor().isTyped()
            && message.form() == Form.JSON
            && (other == null || other.form() == Form.JSON);
    if (types) {
      return;
    }
    problems.error(
        "TL022",
        m,
        -1,
        "two @OnMessage methods for "
            + message.kind()
            + " messages: "
            + endpoint.methods().get(before)
            + " and "
            + method
            + ". Keep one, or let one take a sealed interface of all message types.");
  }

  /** Gives each type of message its name, and each name its method. */
  void checkTogether() {
    List<Integer> json = new ArrayList<>();
    for (int m = 0; m < models.size(); m++) {
      MessageModel model = models.get(m);
      if (model != null && model.form() == Form.JSON) {
        json.add(m);
      }
    }
    Map<String, String> classes = new LinkedHashMap<>();
    Map<String, Integer> takers = new LinkedHashMap<>();
    for (int m : json) {
      MessageModel model = models.get(m);
      if (model == null || (json.size() == 1 && model.type().leaves().isEmpty())) {
        continue; // the only type needs no name
      }
      int before = problems.errors();
      Map<String, String> names = names(m, model, classes, takers);
      models.set(m, problems.errors() == before ? model.named(names) : null);
    }
  }

  private Map<String, String> names(
      int m, MessageModel model, Map<String, String> classes, Map<String, Integer> takers) {
    Map<String, String> names = new LinkedHashMap<>();
    TypeModel type = model.type();
    if (type.leaves().isEmpty() && !type.canBeNamed()) {
      problems.error(
          "TL028",
          m,
          model.parameter(),
          "`"
              + type
              + "` has no name by which the messages for "
              + endpoint.methods().get(m).name()
              + " could be told from those for other methods. Take a record instead.");
      return names;
    }
    for (String leaf : type.leaves().isEmpty() ? List.of(type.name()) : type.leaves()) {
      String name = TypeModel.messageName(leaf);
      String same = classes.putIfAbsent(name, leaf);
      Integer taker = takers.putIfAbsent(name, m);
      if (same != null && !same.equals(leaf)) {
        problems.error(
            "TL027",
            m,
            model.parameter(),
            "messages of two classes would both have the type \""
                + name
                + "\": "
                + same.replace('$', '.')
                + " and "
                + leaf.replace('$', '.')
                + ". Rename one.");
      } else if (taker != null) {
        problems.error(
            "TL029",
            m,
            model.parameter(),
            endpoint.methods().get(m)
                + " never gets a message of type \""
                + name
                + "\": "
                + endpoint.methods().get(taker)
                + " takes it. Let each type have one method.");
      } else {
        names.put(name, leaf);
      }
    }
    return names;
  }
}
