package io.tautline.container;

import io.tautline.Clients;
import io.tautline.connection.Compression;
import io.tautline.connection.Habit;
import io.tautline.connection.Network;
import io.tautline.connection.RequestHandler;
import io.tautline.deflate.DeflateOptions;
import io.tautline.deflate.DeflateParameters;
import io.tautline.model.EndpointModel;
import io.tautline.model.EndpointRules;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Jakarta's server container and client container in one: endpoints on one network. */
public final class TautlineContainer implements ServerContainer {
  private final Network network;
  private final MessageCodec codec;
  private final Beans beans;
  private final Function<Class<?>, EndpointBinder> binders;
  private final RoomKeeper rooms;
  private final Clients clients = new TypedClients(this);
  private final Router router = new Router();
  private final Deployments deployments = new Deployments(this, router);

  /** What is known of the handlers of clients, whose deployments live as long as a connection. */
  private final Map<String, Habit> clientHabits = new ConcurrentHashMap<>();

  private volatile @Nullable Upgrade upgrade;

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
   * @param rooms where their sessions gather
   * @param binders makes annotated classes callable
   */
  @SuppressWarnings("this-escape") // on 21+; who gets the reference only keeps it
  public TautlineContainer(
      Network network,
      MessageCodec codec,
      Beans beans,
      RoomKeeper rooms,
      Function<Class<?>, EndpointBinder> binders) {
    this.network = network;
    this.codec = codec;
    this.beans = new ConnectionBeans.Application(beans, rooms, clients);
    this.rooms = rooms;
    this.binders = binders;
    this.maxText = network.limits().maxTextBytes();
    this.maxBinary = network.limits().maxBinaryBytes();
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

  /** Returns whether a handler of clients blocks, by its name, or that of its class. */
  Habit clientHabit(String name) {
    return clientHabits.computeIfAbsent(name, Habit::new);
  }

  Beans beans() {
    return beans;
  }

  MessageCodec codec() {
    return codec;
  }

  RoomKeeper rooms() {
    return rooms;
  }

  Network network() {
    return network;
  }

  /** Returns what connects client interfaces. */
  public Clients clients() {
    return clients;
  }

  /** Returns the annotated endpoints deployed so far. */
  public List<EndpointModel> endpoints() {
    return deployments.models();
  }

  @Override
  public void addEndpoint(Class<?> type) throws DeploymentException {
    deploy(binder(Arguments.required(type)));
  }

  EndpointBinder binder(Class<?> type) throws DeploymentException {
    try {
      return binders.apply(type);
    } catch (IllegalArgumentException e) {
      throw new DeploymentException(e.getMessage(), e);
    }
  }

  /** Deploys an annotated class that has been made callable. */
  public void deploy(EndpointBinder binder) throws DeploymentException {
    deployments.deploy(binder);
  }

  @Override
  public void addEndpoint(ServerEndpointConfig config) throws DeploymentException {
    deployments.deploy(config);
  }

  /**
   * Deploys what a scan of an application found (Jakarta WebSocket §6.2): what its {@link
   * ServerApplicationConfig}s choose, or every annotated class if there is none.
   *
   * @param scanned annotated classes, {@link Endpoint}s and configurations
   * @throws DeploymentException if one cannot be deployed; none is then
   */
  public void deployApplication(Set<Class<?>> scanned) throws DeploymentException {
    deployments.deployApplication(scanned);
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
    handler.upgrade(
        source.head(), source.opening(), deployments.deployment(config), pathParameters);
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
    Problem creation = EndpointRules.creation(binder.model());
    if (creation != null) {
      throw new DeploymentException(type.getName() + ": " + creation.message());
    }
    return connect(binder, null, uri);
  }

  private Session connect(EndpointBinder binder, @Nullable Object endpoint, URI uri)
      throws DeploymentException, IOException {
    EndpointModel model = binder.model();
    if (model.flavor() != EndpointModel.Flavor.CLIENT) {
      throw new DeploymentException(
          model.className() + " is no client. Annotate it @ClientEndpoint.");
    }
    Deployments.requireSound(model);
    ClientEndpointConfig config = ClientConnector.config(binder, beans);
    Deployment deployment = new Deployment(config, this, binder);
    return new ClientConnector(this).connect(deployment, config, endpoint, uri);
  }

  @Override
  public Session connectToServer(Endpoint endpoint, ClientEndpointConfig config, URI uri)
      throws DeploymentException, IOException {
    return new ClientConnector(this)
        .connect(new Deployment(config, this), config, Arguments.required(endpoint), uri);
  }

  @Override
  public Session connectToServer(
      Class<? extends Endpoint> type, ClientEndpointConfig config, URI uri)
      throws DeploymentException, IOException {
    return connectToServer(instance(Arguments.required(type)), config, uri);
  }

  /** Makes an instance of a class that the application names. */
  <T> T instance(Class<T> type) throws DeploymentException {
    try {
      return Instances.create(type, beans);
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
