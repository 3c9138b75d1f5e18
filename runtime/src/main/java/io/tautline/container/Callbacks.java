package io.tautline.container;

import io.tautline.Handshake;
import io.tautline.connection.Habit;
import io.tautline.model.EndpointModel;
import io.tautline.model.EndpointRules;
import io.tautline.model.MessageModel;
import io.tautline.model.MethodModel;
import io.tautline.model.ParameterModel;
import io.tautline.model.TypeModel;
import io.tautline.spi.EndpointBinder;
import io.tautline.spi.MessageCodec;
import jakarta.websocket.DeploymentException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the methods of an annotated endpoint are called for, by their indexes in its model. */
final class Callbacks {
  private final MessageCodec codec;
  private final boolean hasEncoders;
  private final boolean typed;

  private int handshake = -1;
  private int open = -1;
  private int close = -1;

  /** Error handlers by what they take. */
  private final Map<Class<?>, Integer> errors = new HashMap<>(2);

  /** Whether methods block, by index. */
  private final List<Habit> habits = new ArrayList<>();

  /** What becomes of the values that methods return, by index. */
  private final List<Answer> answers = new ArrayList<>();

  /** Variables of the path, as callbacks of an {@code @Endpoint} want them. */
  private final List<PathValues.Variable> variables = new ArrayList<>();

  private boolean wantsHandshake;
  private @Nullable Receiver text;
  private @Nullable Receiver binary;
  private @Nullable Receiver pong;

  /** Longest messages that the endpoint's methods ask for, or -1. */
  private long maxText = -1;

  private long maxBinary = -1;

  /** Those of a programmatic endpoint, which has no methods of ours. */
  Callbacks(MessageCodec codec) {
    this.codec = codec;
    this.hasEncoders = false;
    this.typed = false;
  }

  /**
   * @param binder of an endpoint that has passed {@link EndpointRules}
   * @param hasEncoders whether the endpoint names encoders of its own
   * @param habitOf returns the habit of a method, by its name
   */
  Callbacks(
      EndpointBinder binder,
      MessageCodec codec,
      boolean hasEncoders,
      Function<String, Habit> habitOf)
      throws DeploymentException {
    this.codec = codec;
    this.hasEncoders = hasEncoders;
    EndpointModel model = binder.model();
    this.typed = model.flavor().isTyped();
    List<@Nullable MessageModel> messages = EndpointRules.messages(model);
    List<Integer> json = new ArrayList<>();
    ClassLoader loader = binder.type().getClassLoader();
    for (int m = 0; m < messages.size(); m++) {
      MethodModel method = model.methods().get(m);
      MessageModel message = messages.get(m);
      try {
        Answer answer =
            new Answer(
                model.simpleName() + "." + method,
                method,
                reply(method.returns().awaited(), loader));
        answers.add(answer);
        habits.add(habitOf.apply(answer.name()));
        variables(method, loader);
        if (message == null) {
          lifecycle(m, method, loader);
        } else if (message.form() == MessageModel.Form.JSON) {
          json.add(m);
        } else {
          receiver(m, message, answer, loader);
        }
        if (message != null && message.form() != MessageModel.Form.JSON) {
          limit(message, method.maxMessageBytes());
        }
      } catch (ClassNotFoundException e) {
        throw new DeploymentException("a type of " + method + " cannot be loaded", e);
      }
    }
    if (!json.isEmpty()) {
      json(model, json, messages, loader);
    }
  }

  private void lifecycle(int m, MethodModel method, ClassLoader loader)
      throws ClassNotFoundException {
    switch (method.callback()) {
      case HANDSHAKE -> handshake = m;
      case OPEN -> open = m;
      case CLOSE -> close = m;
      case ERROR -> {
        for (ParameterModel parameter : method.parameters()) {
          Class<?> type = Types.erase(Types.of(parameter.type(), loader));
          if (Throwable.class.isAssignableFrom(type)) {
            errors.put(type, m);
          }
        }
      }
      case SEND -> {}
      case MESSAGE -> throw new IllegalArgumentException("a method that breaks a rule");
    }
  }

  private void variables(MethodModel method, ClassLoader loader) throws ClassNotFoundException {
    for (ParameterModel parameter : method.parameters()) {
      wantsHandshake |= parameter.type().is(Handshake.class.getName());
      String name = parameter.pathParam();
      if (name != null && typed) {
        variable(name, Types.erase(Types.of(parameter.type(), loader)));
      }
    }
  }

  private void variable(String name, Class<?> type) {
    for (PathValues.Variable one : variables) {
      if (one.is(name, type)) {
        return;
      }
    }
    variables.add(new PathValues.Variable(name, type));
  }

  private void limit(MessageModel message, long bytes) {
    if (bytes >= 0) {
      switch (message.kind()) {
        case TEXT -> maxText = bytes;
        case BINARY -> maxBinary = bytes;
        case PONG -> {}
      }
    }
  }

  private void receiver(int m, MessageModel message, Answer answer, ClassLoader loader)
      throws ClassNotFoundException {
    Type type = Types.of(message.type(), loader);
    Decoding decoding = Decoding.of(message.kind(), message.form(), type, codec);
    Receiver receiver = new AnnotatedReceiver(m, message, decoding, answer, habits.get(m));
    switch (message.kind()) {
      case TEXT -> text = receiver;
      case BINARY -> binary = receiver;
      case PONG -> pong = receiver;
    }
  }

  /** Has messages of several types, or of the only one, go to their methods. */
  private void json(
      EndpointModel model,
      List<Integer> methods,
      List<@Nullable MessageModel> messages,
      ClassLoader loader)
      throws DeploymentException {
    Map<String, Class<?>> names = new LinkedHashMap<>();
    Map<Class<?>, JsonReceiver.Taker> takers = new LinkedHashMap<>();
    MessageCodec.ForType types = null;
    try {
      for (int m : methods) {
        MessageModel message = Objects.requireNonNull(messages.get(m));
        JsonReceiver.Taker taker = new JsonReceiver.Taker(m, answers.get(m), habits.get(m));
        for (Map.Entry<String, String> one : message.names().entrySet()) {
          Class<?> type = Class.forName(one.getValue(), false, loader);
          names.put(one.getKey(), type);
          takers.put(type, taker);
        }
        if (methods.size() == 1) {
          Type type = Types.of(message.type(), loader);
          types = codec.forType(type); // which knows how to tell a sealed type's classes apart
          takers.put(Types.erase(type), taker);
        }
      }
    } catch (ClassNotFoundException e) {
      throw new DeploymentException("a type of message cannot be loaded", e);
    }
    if (types == null) {
      types = JsonReceiver.types(codec, names, model);
    }
    JsonReceiver receiver = new JsonReceiver(codec, types, takers, true);
    text = receiver;
    long limit = limit(model, methods);
    maxText = limit >= 0 ? limit : maxText;
    if (binary == null && codec.binary()) {
      binary = receiver.binary();
      maxBinary = limit >= 0 ? limit : maxBinary;
    }
  }

  /** Returns the bytes that all those methods are content with, or -1 if one does not say. */
  private static long limit(EndpointModel model, List<Integer> methods) {
    long most = -1;
    for (int m : methods) {
      long own = model.methods().get(m).maxMessageBytes();
      if (own < 0) {
        return -1;
      }
      most = Math.max(most, own);
    }
    return most;
  }

  /** Returns what writes the declared type as JSON, if only its arguments tell how. */
  private MessageCodec.@Nullable ForType reply(TypeModel type, ClassLoader loader)
      throws ClassNotFoundException {
    boolean generic = !type.arguments().isEmpty() && !hasEncoders;
    return generic ? codec.forType(Types.of(type, loader)) : null;
  }

  /** Returns whether a callback is given the opening request. */
  boolean wantsHandshake() {
    return wantsHandshake;
  }

  /** Returns the variables of the path that must be read before anyone is let in. */
  List<PathValues.Variable> variables() {
    return variables;
  }

  /** Returns whether a method blocks, as far as is known. */
  Habit habit(int method) {
    return habits.get(method);
  }

  /** Returns what becomes of what a method returns. */
  Answer answer(int method) {
    return answers.get(method);
  }

  /** Returns the index of the {@code @OnHandshake} method, or -1. */
  int handshake() {
    return handshake;
  }

  /** Returns the index of the {@code @OnOpen} method, or -1. */
  int open() {
    return open;
  }

  /** Returns the index of the {@code @OnClose} method, or -1. */
  int close() {
    return close;
  }

  /** Returns the index of the {@code @OnError} method that is closest to an error, or -1. */
  int error(Throwable error) {
    for (Class<?> type = error.getClass(); type != null; type = type.getSuperclass()) {
      Integer method = errors.get(type);
      if (method != null) {
        return method;
      }
    }
    return -1;
  }

  @Nullable Receiver text() {
    return text;
  }

  @Nullable Receiver binary() {
    return binary;
  }

  @Nullable Receiver pong() {
    return pong;
  }

  /** Returns the most bytes of a text that its method asks for, or -1. */
  long maxText() {
    return maxText;
  }

  /** Returns the same of a binary message. */
  long maxBinary() {
    return maxBinary;
  }
}
