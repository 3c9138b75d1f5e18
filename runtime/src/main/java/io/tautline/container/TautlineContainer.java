package io.tautline.container;

import io.tautline.connection.Compression;
import io.tautline.connection.Limits;
import io.tautline.connection.Network;
import io.tautline.connection.RequestHandler;
import io.tautline.deflate.DeflateOptions;
import io.tautline.deflate.DeflateParameters;
import io.tautline.model.EndpointModel;
import io.tautline.model.EndpointRules;
import io.tautline.model.PathPattern;
import io.tautline.model.Problem;
import io.tautline.spi.Beans;
import io.tautline.spi.EndpointBinder;
import io.tautline.spi.MessageCodec;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.Extension;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Jakarta's server container and client container in one: endpoints on one network. */
public final class TautlineContainer implements ServerContainer {
  private final Network network;
  private final MessageCodec codec;
  private final Beans beans;
  private final Function<Class<?>, EndpointBinder> binders;
  private final Router router = new Router();
  private final List<EndpointModel> models = new ArrayList<>();

  private volatile @Nullable Upgrade upgrade;

  /**
   * Whether a deployment failed: nothing is served then, now or later (§6.2 of the specification).
   */
  private volatile boolean refused;

  /** What servers here want of compression; null for none. */
  private volatile @Nullable DeflateOptions deflate;

  private volatile long asyncSendTimeout;
  private volatile long idleTimeout;
  private volatile int maxText;
  private volatile int maxBinary;

  /**
   * Makes a container without endpoints.
   *
   * @param network where connections live; closed by its owner
   * @param codec for messages that no Jakarta coder takes
   * @param beans where endpoints get their dependencies
   * @param binders makes annotated classes callable
   */
  public TautlineContainer(
      Network network,
      Limits limits,
      MessageCodec codec,
      Beans beans,
      Function<Class<?>, EndpointBinder> binders) {
    this.network = network;
    this.codec = codec;
    this.beans = beans;
    this.binders = binders;
    this.maxText = limits.maxTextBytes();
    this.maxBinary = limits.maxBinaryBytes();
  }

  /**
   * Returns what takes requests to the endpoints of this container.
   *
   * @param contextPath what every path begins with, such as {@code /app}; empty for nothing
   */
  public RequestHandler requests(String contextPath, OriginPolicy origins, Pages pages) {
    Upgrade handler = new Upgrade(this, router, contextPath, origins, pages);
    upgrade = handler;
    return handler;
  }

  /** Compresses the messages of endpoints whose clients offer it; null for never. */
  public void compression(@Nullable DeflateOptions options) {
    deflate = options;
  }

  @Nullable DeflateOptions deflateOptions() {
    return deflate;
  }

  Compression compression(DeflateParameters agreed) {
    DeflateOptions options = deflate;
    return new Compression(
        agreed, options == null ? DeflateOptions.DEFAULT : options, network.deflatePool());
  }

  Beans beans() {
    return beans;
  }

  MessageCodec codec() {
    return codec;
  }

  Network network() {
    return network;
  }

  /** Returns the annotated endpoints deployed so far. */
  public List<EndpointModel> endpoints() {
    synchronized (models) {
      return List.copyOf(models);
    }
  }

  @Override
  public void addEndpoint(Class<?> type) throws DeploymentException {
    deploy(binder(Arguments.required(type)));
  }

  private EndpointBinder binder(Class<?> type) throws DeploymentException {
    try {
      return binders.apply(type);
    } catch (IllegalArgumentException e) {
      throw new DeploymentException(e.getMessage(), e);
    }
  }

  /** Deploys an annotated class that has been made callable. */
  public void deploy(EndpointBinder binder) throws DeploymentException {
    try {
      deploySound(binder);
    } catch (DeploymentException e) {
      refuse();
      throw e;
    }
  }

  /** Serves nothing from now on, because the application is not as it should be. */
  private void refuse() {
    refused = true;
    router.clear();
    synchronized (models) {
      models.clear();
    }
  }

  private void deploySound(EndpointBinder binder) throws DeploymentException {
    EndpointModel model = binder.model();
    requireSound(model);
    synchronized (models) {
      for (EndpointModel before : models) {
        Problem problem = EndpointRules.samePath(before, model);
        if (problem != null) {
          throw new DeploymentException(model.className() + ": " + problem.message());
        }
      }
      ServerEndpointConfig config = config(binder);
      route(
          config.getPath(), new Deployment(config, codec, binder, binder.type().getClassLoader()));
      models.add(model);
    }
  }

  /** Throws every problem of an endpoint at once. */
  static void requireSound(EndpointModel model) throws DeploymentException {
    StringBuilder text = new StringBuilder();
    for (Problem problem : EndpointRules.check(model)) {
      if (problem.error()) {
        text.append(text.isEmpty() ? "" : "\n").append(where(model, problem)).append(": ");
        text.append(problem.message());
      }
    }
    if (!text.isEmpty()) {
      throw new DeploymentException(text.toString());
    }
  }

  private static String where(EndpointModel model, Problem problem) {
    return problem.method() < 0
        ? model.className()
        : model.className() + "." + model.methods().get(problem.method());
  }

  private static ServerEndpointConfig config(EndpointBinder binder) throws DeploymentException {
    EndpointModel model = binder.model();
    ClassLoader loader = binder.type().getClassLoader();
    ServerEndpointConfig.Configurator configurator = null;
    if (model.configurator() != null) {
      try {
        configurator =
            Instances.create(
                Class.forName(model.configurator(), true, loader)
                    .asSubclass(ServerEndpointConfig.Configurator.class));
      } catch (ReflectiveOperationException e) {
        throw new DeploymentException(
            "cannot make an instance of configurator " + model.configurator(), e);
      }
    }
    return ServerEndpointConfig.Builder.create(binder.type(), model.path())
        .subprotocols(model.subprotocols())
        .decoders(CoderClasses.decoders(model, loader))
        .encoders(CoderClasses.encoders(model, loader))
        .configurator(configurator)
        .build();
  }

  @Override
  public void addEndpoint(ServerEndpointConfig config) throws DeploymentException {
    try {
      addSound(config);
    } catch (DeploymentException e) {
      refuse();
      throw e;
    }
  }

  private void addSound(ServerEndpointConfig config) throws DeploymentException {
    route(config.getPath(), deployment(config));
  }

  private Deployment deployment(ServerEndpointConfig config) throws DeploymentException {
    Class<?> type = config.getEndpointClass();
    if (Endpoint.class.isAssignableFrom(type)) {
      return new Deployment(config, codec);
    }
    EndpointBinder binder = binder(type);
    requireSound(binder.model());
    return new Deployment(config, codec, binder, type.getClassLoader());
  }

  /**
   * Deploys what a scan of an application found (Jakarta WebSocket §6.2): what its {@link
   * ServerApplicationConfig}s choose, or every annotated class if there is none.
   *
   * @param scanned annotated classes, {@link Endpoint}s and configurations
   * @throws DeploymentException if one cannot be deployed; none is then
   */
  public void deployApplication(Set<Class<?>> scanned) throws DeploymentException {
    Set<Class<?>> annotated = new LinkedHashSet<>();
    Set<Class<? extends Endpoint>> programmatic = new LinkedHashSet<>();
    List<ServerApplicationConfig> chooser = new ArrayList<>();
    for (Class<?> type : scanned) {
      if (ServerApplicationConfig.class.isAssignableFrom(type)) {
        chooser.add(instance(type.asSubclass(ServerApplicationConfig.class)));
      } else if (Endpoint.class.isAssignableFrom(type)) {
        programmatic.add(type.asSubclass(Endpoint.class));
      } else {
        annotated.add(type);
      }
    }
    Set<ServerEndpointConfig> configs = new LinkedHashSet<>();
    Set<Class<?>> chosen = chooser.isEmpty() ? annotated : new LinkedHashSet<>();
    for (ServerApplicationConfig one : chooser) {
      chosen.addAll(orEmpty(one.getAnnotatedEndpointClasses(annotated)));
      configs.addAll(orEmpty(one.getEndpointConfigs(programmatic)));
    }
    for (Class<?> type : chosen) {
      addEndpoint(type);
    }
    for (ServerEndpointConfig config : configs) {
      addEndpoint(config);
    }
  }

  private static <T> Set<T> orEmpty(@Nullable Set<T> set) {
    return set == null ? Set.of() : set;
  }

  private static <T> T instance(Class<T> type) throws DeploymentException {
    try {
      return Instances.create(type);
    } catch (ReflectiveOperationException e) {
      throw new DeploymentException("cannot make an instance of " + type.getName(), e);
    }
  }

  private void route(String path, Deployment deployment) throws DeploymentException {
    if (refused) {
      throw new DeploymentException("the application was refused before; nothing is deployed");
    }
    PathPattern pattern;
    try {
      pattern = PathPattern.parse(path);
    } catch (IllegalArgumentException e) {
      throw new DeploymentException(e.getMessage());
    }
    String taken = router.taken(pattern);
    if (taken != null) {
      throw new DeploymentException(
          "two endpoints are served at \"" + path + "\". Change the path of one.");
    }
    router.add(pattern, deployment);
  }

  /**
   * Upgrades a request that whoever embeds this container has taken.
   *
   * @param request an {@link UpgradeSource}
   */
  @Override
  public void upgradeHttpToWebSocket(
      Object request,
      Object response,
      ServerEndpointConfig config,
      Map<String, String> pathParameters)
      throws DeploymentException {
    Upgrade handler = upgrade;
    if (!(request instanceof UpgradeSource source) || handler == null) {
      throw new DeploymentException(
          "the request is no UpgradeSource; serve the endpoint by addEndpoint instead");
    }
    handler.upgrade(source.head(), source.opening(), deployment(config), pathParameters);
  }

  @Override
  public Session connectToServer(Object endpoint, URI uri) throws DeploymentException, IOException {
    Arguments.required(endpoint);
    EndpointBinder binder = binder(endpoint.getClass());
    return connect(binder, endpoint, uri);
  }

  @Override
  public Session connectToServer(Class<?> type, URI uri) throws DeploymentException, IOException {
    EndpointBinder binder = binder(Arguments.required(type));
    return connect(binder, null, uri);
  }

  private Session connect(EndpointBinder binder, @Nullable Object endpoint, URI uri)
      throws DeploymentException, IOException {
    EndpointModel model = binder.model();
    if (model.flavor() != EndpointModel.Flavor.CLIENT) {
      throw new DeploymentException(
          model.className() + " is no client. Annotate it @ClientEndpoint.");
    }
    requireSound(model);
    ClientEndpointConfig config = ClientConnector.config(binder);
    Deployment deployment = new Deployment(config, codec, binder, binder.type().getClassLoader());
    return new ClientConnector(this).connect(deployment, config, endpoint, uri);
  }

  @Override
  public Session connectToServer(Endpoint endpoint, ClientEndpointConfig config, URI uri)
      throws DeploymentException, IOException {
    return new ClientConnector(this)
        .connect(new Deployment(config, codec), config, Arguments.required(endpoint), uri);
  }

  @Override
  public Session connectToServer(
      Class<? extends Endpoint> type, ClientEndpointConfig config, URI uri)
      throws DeploymentException, IOException {
    try {
      return connectToServer(Instances.create(Arguments.required(type)), config, uri);
    } catch (ReflectiveOperationException e) {
      throw new DeploymentException("cannot make an instance of " + type.getName(), e);
    }
  }

  @Override
  public long getDefaultAsyncSendTimeout() {
    return asyncSendTimeout;
  }

  @Override
  public void setAsyncSendTimeout(long millis) {
    asyncSendTimeout = millis;
  }

  @Override
  public long getDefaultMaxSessionIdleTimeout() {
    return idleTimeout;
  }

  @Override
  public void setDefaultMaxSessionIdleTimeout(long millis) {
    idleTimeout = millis;
  }

  @Override
  public int getDefaultMaxBinaryMessageBufferSize() {
    return maxBinary;
  }

  @Override
  public void setDefaultMaxBinaryMessageBufferSize(int bytes) {
    maxBinary = bytes;
  }

  @Override
  public int getDefaultMaxTextMessageBufferSize() {
    return maxText;
  }

  @Override
  public void setDefaultMaxTextMessageBufferSize(int bytes) {
    maxText = bytes;
  }

  @Override
  public Set<Extension> getInstalledExtensions() {
    return Set.of(Extensions.DEFLATE);
  }
}
