package io.tautline.container;

import io.tautline.model.Callback;
import io.tautline.model.EndpointModel;
import io.tautline.model.EndpointRules;
import io.tautline.model.MessageModel;
import io.tautline.model.MethodModel;
import io.tautline.model.TypeModel;
import io.tautline.spi.EndpointBinder;
import io.tautline.spi.MessageCodec;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpointConfig;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An endpoint as it is served: what all its sessions share. */
final class Deployment {
  private final EndpointConfig config;
  private final MessageCodec codec;
  private final @Nullable EndpointBinder binder;

  /** The context class loader of whoever deployed, which callbacks see too. */
  private final @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();

  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private ServerEndpointConfig.@Nullable Configurator configurator;
  private int open = -1;
  private int close = -1;
  private int error = -1;
  private @Nullable Receiver text;
  private @Nullable Receiver binary;
  private @Nullable Receiver pong;

  /** Longest messages that the endpoint's methods ask for, or -1. */
  private long maxText = -1;

  private long maxBinary = -1;

  /** A programmatic endpoint. */
  Deployment(EndpointConfig config, MessageCodec codec) {
    this.config = config;
    this.codec = codec;
    this.binder = null;
  }

  /** An annotated endpoint, which must have passed {@link EndpointRules}. */
  Deployment(EndpointConfig config, MessageCodec codec, EndpointBinder binder, ClassLoader loader)
      throws DeploymentException {
    this.config = config;
    this.codec = codec;
    this.binder = binder;
    EndpointModel model = binder.model();
    List<@Nullable MessageModel> messages = EndpointRules.messages(model);
    for (int m = 0; m < messages.size(); m++) {
      MethodModel method = model.methods().get(m);
      MessageModel message = messages.get(m);
      if (message != null) {
        receiver(m, method, message, loader);
      } else {
        lifecycle(m, method.callback());
      }
    }
  }

  private void lifecycle(int m, Callback callback) {
    switch (callback) {
      case OPEN -> open = m;
      case CLOSE -> close = m;
      case ERROR -> error = m;
      case MESSAGE -> throw new IllegalArgumentException("a method that breaks a rule");
    }
  }

  private void receiver(int m, MethodModel method, MessageModel message, ClassLoader loader)
      throws DeploymentException {
    try {
      Type type = Types.of(message.type(), loader);
      Receiver receiver =
          new AnnotatedReceiver(
              name() + "." + method,
              m,
              message,
              Decoding.of(message.kind(), message.form(), type, codec),
              reply(method.returns(), loader));
      switch (message.kind()) {
        case TEXT -> {
          text = receiver;
          maxText = method.maxMessageBytes();
        }
        case BINARY -> {
          binary = receiver;
          maxBinary = method.maxMessageBytes();
        }
        case PONG -> pong = receiver;
      }
    } catch (ClassNotFoundException e) {
      throw new DeploymentException("a type of " + method + " cannot be loaded", e);
    }
  }

  /** Returns what writes the declared type as JSON, if only its arguments tell how. */
  private MessageCodec.@Nullable ForType reply(TypeModel type, ClassLoader loader)
      throws ClassNotFoundException {
    boolean generic = !type.arguments().isEmpty() && config.getEncoders().isEmpty();
    return generic ? codec.forType(Types.of(type, loader)) : null;
  }

  /** Returns a server endpoint's configurator: one instance for all its handshakes. */
  synchronized ServerEndpointConfig.Configurator configurator() {
    ServerEndpointConfig.Configurator one = configurator;
    if (one == null) {
      one = ((ServerEndpointConfig) config).getConfigurator();
      configurator = one;
    }
    return one;
  }

  EndpointConfig config() {
    return config;
  }

  MessageCodec codec() {
    return codec;
  }

  EndpointBinder binder() {
    if (binder == null) {
      throw new IllegalStateException("a programmatic endpoint has no binder");
    }
    return binder;
  }

  /** Returns whether the endpoint class is {@code @Endpoint}, where Jakarta's defaults give way. */
  boolean strict() {
    return binder != null && binder.model().flavor() == EndpointModel.Flavor.TAUTLINE;
  }

  /** Returns whether values of a class that no encoder takes are sent as JSON. */
  boolean json(Class<?> type) {
    if (strict() || type.isRecord() || type.isSealed()) {
      return true;
    }
    for (Class<?> parent : type.getInterfaces()) {
      if (parent.isSealed()) {
        return true;
      }
    }
    return false;
  }

  boolean annotated() {
    return binder != null;
  }

  /** Returns a name for logs. */
  String name() {
    return binder == null ? "endpoint" : binder.model().simpleName();
  }

  /** Lets this thread, which is about to run the application's code, see its classes. */
  void enter() {
    Thread thread = Thread.currentThread();
    if (thread.getContextClassLoader() != context) {
      thread.setContextClassLoader(context);
    }
  }

  /** Returns the index of the {@code @OnOpen} method, or -1. */
  int open() {
    return open;
  }

  /** Returns the index of the {@code @OnClose} method, or -1. */
  int close() {
    return close;
  }

  /** Returns the index of the {@code @OnError} method, or -1. */
  int error() {
    return error;
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

  long maxText() {
    return maxText;
  }

  long maxBinary() {
    return maxBinary;
  }

  /** Returns the sessions that are open now; changes as they come and go. */
  Set<Session> sessions() {
    return sessions;
  }
}
