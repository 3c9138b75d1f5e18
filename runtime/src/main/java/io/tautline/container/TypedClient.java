package io.tautline.container;

import io.tautline.connection.OutgoingMessage;
import io.tautline.model.Callback;
import io.tautline.model.EndpointModel;
import io.tautline.model.MethodModel;
import io.tautline.model.ParameterModel;
import io.tautline.model.TypeModel;
import io.tautline.protocol.Opcode;
import io.tautline.spi.Beans;
import io.tautline.spi.ClientCalls;
import io.tautline.spi.EndpointBinder;
import io.tautline.spi.Invocation;
import io.tautline.spi.MessageCodec;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client of an {@link io.tautline.EndpointClient} interface: what its methods do, and the
 * endpoint that is told what comes.
 */
final class TypedClient implements EndpointBinder, ClientCalls {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final EndpointBinder binder;
  private final EndpointModel model;
  private final AtomicReferenceArray<@Nullable Consumer<Object>> listeners;

  /** Writes what is sent, with its name. */
  private final MessageCodec.ForType messages;

  /** What writes a parameter whose type arguments tell how, by method; null for others. */
  private final MessageCodec.@Nullable ForType[] generic;

  /** What reads the answers, by method; null for one that does not ask. */
  private final MessageCodec.@Nullable ForType[] answers;

  private volatile @Nullable TautlineSession session;

  /**
   * @param binder of the interface, which has passed the rules
   */
  TypedClient(EndpointBinder binder, MessageCodec codec) throws DeploymentException {
    this.binder = binder;
    this.model = binder.model().heard();
    List<MethodModel> methods = model.methods();
    listeners = new AtomicReferenceArray<>(methods.size());
    answers = new MessageCodec.ForType[methods.size()];
    generic = new MessageCodec.ForType[methods.size()];
    Map<String, Class<?>> named = new LinkedHashMap<>();
    try {
      for (int m = 0; m < methods.size(); m++) {
        MethodModel method = methods.get(m);
        if (method.callback() == Callback.SEND) {
          TypeModel sent = method.parameters().get(0).type();
          name(sent, named);
          if (!sent.arguments().isEmpty()) {
            generic[m] = codec.forType(Types.of(sent, loader()));
          }
          TypeModel answer = method.returns().awaited();
          if (asks(method)) {
            answers[m] = codec.forType(Types.of(answer, loader()));
          }
        }
      }
    } catch (ClassNotFoundException e) {
      throw new DeploymentException("a type of " + model.simpleName() + " cannot be loaded", e);
    }
    messages = JsonReceiver.types(codec, named, model);
  }

  private static boolean asks(MethodModel method) {
    return !method.returns().is("void") && !method.returns().awaited().is("java.lang.Void");
  }

  private ClassLoader loader() {
    return binder.type().getClassLoader();
  }

  private void name(TypeModel type, Map<String, Class<?>> named) throws ClassNotFoundException {
    if (type.canBeNamed()) {
      for (String leaf : type.leaves().isEmpty() ? List.of(type.name()) : type.leaves()) {
        named.put(TypeModel.messageName(leaf), Class.forName(leaf, false, loader()));
      }
    }
  }

  /** Returns the implementation of the interface. */
  Object implementation() throws DeploymentException {
    try {
      return binder.create(new Only(this));
    } catch (Exception e) {
      throw new DeploymentException("cannot make a " + model.simpleName(), e);
    }
  }

  /**
   * Throws if a consumer is missing, so that nothing that comes goes unheard.
   *
   * @throws IllegalStateException naming the method
   */
  void requireListeners() {
    for (int m = 0; m < listeners.length(); m++) {
      MethodModel method = model.methods().get(m);
      if (method.callback() != Callback.SEND && listeners.get(m) == null) {
        throw new IllegalStateException(
            model.simpleName()
                + "."
                + method.name()
                + " has no consumer. Give it one where the client is connected: client -> client."
                + method.name()
                + "(…).");
      }
    }
  }

  @Override
  public Class<?> type() {
    return binder.type();
  }

  @Override
  public EndpointModel model() {
    return model;
  }

  /** Takes the session that it is to stand on. */
  @Override
  public Object create(Beans beans) {
    session = (TautlineSession) beans.get(Session.class, null);
    return this;
  }

  /** Tells a listener. */
  @Override
  public @Nullable Object call(int method, Object endpoint, Invocation in) {
    Consumer<Object> listener = listeners.get(method);
    if (listener == null) {
      throw new IllegalArgumentException("no method " + method);
    }
    switch (model.methods().get(method).callback()) {
      case OPEN -> listener.accept(in.session());
      case MESSAGE -> listener.accept(in.message());
      case CLOSE -> listener.accept(in.closeReason());
      case ERROR -> listener.accept(in.error());
      case HANDSHAKE, SEND -> throw new IllegalArgumentException("no callback: " + method);
    }
    return null;
  }

  /** Does what a method of the interface is for. */
  @Override
  @SuppressWarnings("unchecked") // the rules have checked what the method takes
  public @Nullable Object call(int method, Object argument, @Nullable Duration patience) {
    Arguments.required(argument);
    MethodModel model = this.model.methods().get(method);
    if (model.callback() != Callback.SEND) {
      listeners.set(method, (Consumer<Object>) argument);
      return null;
    }
    TautlineSession open = session;
    if (open == null) {
      throw new IllegalStateException(
          "not connected yet. Where the client is connected, give it consumers only, and call "
              + model.name()
              + " on what connect returns.");
    }
    MessageCodec.ForType answer = answers[method];
    try {
      OutgoingMessage message = message(open, argument, model.parameters().get(0), generic[method]);
      if (answer != null) {
        return open.peer().ask(message.payload(), answer, patience == null ? PATIENCE : patience);
      }
      if (model.returns().is("void")) {
        open.sender().sendBlocking(message.opcode(), message.payload());
        return null;
      }
      return open.peer().send(message, Sender.key(argument));
    } catch (EncodeException e) {
      return failed(model, new IllegalArgumentException(e.getMessage(), e));
    } catch (IOException e) {
      return failed(model, new UncheckedIOException(e));
    }
  }

  /** Throws, or returns a stage that has failed if the method returns one. */
  private static CompletionStage<Object> failed(MethodModel method, RuntimeException fault) {
    if (method.returns().is("void")) {
      throw fault;
    }
    return CompletableFuture.failedFuture(fault);
  }

  private OutgoingMessage message(
      TautlineSession open,
      Object value,
      ParameterModel parameter,
      MessageCodec.@Nullable ForType declared)
      throws IOException, EncodeException {
    boolean named = parameter.type().canBeNamed() && !open.hasCoders() && !Sender.isPlain(value);
    if (named) {
      return new OutgoingMessage(Opcode.TEXT, messages.encode(value, true));
    }
    return open.sender().encode(declared == null ? value : new Declared(value, declared), true);
  }

  @Override
  public void close() {
    TautlineSession open = session;
    if (open != null) {
      open.close();
    }
  }

  /** The one bean that an implementation asks for. */
  private record Only(ClientCalls calls) implements Beans {
    @Override
    public <T> Optional<T> find(Class<T> type, @Nullable String name) {
      return type == ClientCalls.class ? Optional.of(type.cast(calls)) : Optional.empty();
    }
  }
}
