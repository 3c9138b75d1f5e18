package io.tautline.container;

import io.tautline.connection.Habit;
import io.tautline.connection.Limits;
import io.tautline.connection.Network;
import io.tautline.deflate.DeflateOptions;
import io.tautline.model.EndpointRules;
import io.tautline.model.EndpointSettings;
import io.tautline.spi.EndpointBinder;
import io.tautline.spi.MessageCodec;
import io.tautline.transport.BlockingPermits;
import io.tautline.transport.LogLimit;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An endpoint as it is served: what all its sessions share. */
final class Deployment {
  private final EndpointConfig config;
  private final boolean hasCoders;
  private final TautlineContainer container;
  private final @Nullable EndpointBinder binder;

  /** The context class loader of whoever deployed, which callbacks see too. */
  private final @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();

  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

  private ServerEndpointConfig.@Nullable Configurator configurator;

  /** Whether handlers block that the application has added, and programmatic endpoints. */
  private final Map<Class<?>, Habit> habitsOfClasses = new ConcurrentHashMap<>();

  /** By the method, or whatever else of the application, that failed. */
  private final Map<String, LogLimit> failures = new ConcurrentHashMap<>();

  private final Habit handshakeHabit;
  private final OriginPolicy origins;
  private final BlockingPermits.Share permits;
  private final Callbacks callbacks;

  /** The endpoint's own bounds, if it has some. */
  private final @Nullable EndpointLimits own;

  /** A programmatic endpoint. */
  Deployment(EndpointConfig config, TautlineContainer container) {
    this(config, container, null, new Callbacks(container.codec()), null);
  }

  /** An annotated endpoint, which must have passed {@link EndpointRules}. */
  Deployment(EndpointConfig config, TautlineContainer container, EndpointBinder binder)
      throws DeploymentException {
    this(
        config,
        container,
        binder,
        new Callbacks(
            binder,
            container.codec(),
            !config.getEncoders().isEmpty(),
            binder.model().flavor().isClient() ? container::clientHabit : Habit::new),
        EndpointLimits.of(binder.model().settings(), container.network().limits()));
  }

  private Deployment(
      EndpointConfig config,
      TautlineContainer container,
      @Nullable EndpointBinder binder,
      Callbacks callbacks,
      @Nullable EndpointLimits own) {
    this.config = config;
    this.hasCoders = !config.getDecoders().isEmpty() || !config.getEncoders().isEmpty();
    this.container = container;
    this.binder = binder;
    this.callbacks = callbacks;
    this.own = own;
    this.handshakeHabit = new Habit("the handshake of " + name());
    this.origins = new OriginPolicy(settings().allowedOrigins());
    this.permits = permits(config, container.network(), own);
  }

  /** Returns a share of its own for a server endpoint; clients, which come and go, have one. */
  private static BlockingPermits.Share permits(
      EndpointConfig config, Network network, @Nullable EndpointLimits own) {
    if (!(config instanceof ServerEndpointConfig)) {
      return network.sharedPermits();
    }
    Limits limits = own == null ? network.limits() : own.all();
    return network.permits().share(limits.maxBlockedPerEndpoint());
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

  /** Returns whether the endpoint names Jakarta encoders or decoders. */
  boolean hasCoders() {
    return hasCoders;
  }

  MessageCodec codec() {
    return container.codec();
  }

  /** Returns what the endpoint says about its connections. */
  EndpointSettings settings() {
    return binder == null ? EndpointSettings.DEFAULT : binder.model().settings();
  }

  /** Returns how messages are to be compressed, if the server wants {@code server}; or null. */
  @Nullable DeflateOptions deflate(@Nullable DeflateOptions server) {
    return switch (settings().compression()) {
      case AS_SERVER -> server;
      case ON -> server == null ? DeflateOptions.DEFAULT : server;
      case OFF -> null;
    };
  }

  /** Returns the bounds of the endpoint's connections, or null for those of the server. */
  @Nullable Limits limits() {
    return own == null ? null : own.all();
  }

  /** Returns what the endpoint's methods are called for. */
  Callbacks callbacks() {
    return callbacks;
  }

  /** Returns whether a message handler or a programmatic endpoint blocks, as far as is known. */
  Habit habit(Class<?> type) {
    return config instanceof ServerEndpointConfig
        ? habitsOfClasses.computeIfAbsent(type, one -> new Habit(one.getName()))
        : container.clientHabit(type.getName());
  }

  /** Returns what bounds how often failures of one of its methods are logged. */
  LogLimit failures(String where) {
    return failures.computeIfAbsent(where, key -> new LogLimit());
  }

  /** Returns whether letting clients in blocks, as far as is known. */
  Habit handshakeHabit() {
    return handshakeHabit;
  }

  /** Returns the origins that this endpoint allows in addition to those of the server. */
  OriginPolicy origins() {
    return origins;
  }

  /** Returns the permits of its handlers that block. */
  BlockingPermits.Share permits() {
    return permits;
  }

  EndpointBinder binder() {
    if (binder == null) {
      throw new IllegalStateException("a programmatic endpoint has no binder");
    }
    return binder;
  }

  /** Returns whether the endpoint is of our kind, where Jakarta's defaults give way. */
  boolean strict() {
    return binder != null && binder.model().flavor().isTyped();
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

  /** Returns the most bytes of a text that the endpoint asks for, or -1. */
  long maxText() {
    long asked = callbacks.maxText();
    return asked >= 0 || own == null ? asked : own.maxTextBytes();
  }

  /** Returns the same of a binary message. */
  long maxBinary() {
    long asked = callbacks.maxBinary();
    return asked >= 0 || own == null ? asked : own.maxBinaryBytes();
  }

  /** Returns the sessions that are open now; changes as they come and go. */
  Set<Session> sessions() {
    return sessions;
  }
}
