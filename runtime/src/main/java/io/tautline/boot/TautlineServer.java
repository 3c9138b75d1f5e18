package io.tautline.boot;

import io.tautline.Clients;
import io.tautline.connection.Limits;
import io.tautline.connection.Network;
import io.tautline.container.OriginPolicy;
import io.tautline.container.Pages;
import io.tautline.container.TautlineContainer;
import io.tautline.deflate.DeflateOptions;
import io.tautline.endpoint.AvajeBeans;
import io.tautline.endpoint.EndpointCatalog;
import io.tautline.endpoint.JsonCodec;
import io.tautline.epoll.Epoll;
import io.tautline.model.EndpointModel;
import io.tautline.model.LimitName;
import io.tautline.room.LocalRooms;
import io.tautline.spi.Beans;
import io.tautline.spi.EndpointBinder;
import io.tautline.spi.MessageCodec;
import io.tautline.transport.Acceptor;
import io.tautline.transport.TlsWire;
import io.tautline.transport.TlsWire.ClientCertificate;
import io.tautline.transport.Wire;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A running server: endpoints on a port.
 *
 * <pre>{@code
 * try (TautlineServer server = TautlineServer.builder().port(8080).start()) {
 *   server.join();
 * }
 * }</pre>
 */
public final class TautlineServer implements AutoCloseable {
  private static final long WARM_UP_AFTER_NANOS = 200_000_000;
  private static final long LEAST_WAIT_MILLIS = 1000;
  private static final System.Logger LOG = System.getLogger("io.tautline.boot");

  private final Network network;
  private final TautlineContainer container;
  private final Acceptor acceptor;
  private final Duration drain;
  private final AvajeBeans beans;
  private final boolean secure;
  private volatile @Nullable Thread closer;
  private boolean stopped;

  private TautlineServer(
      Network network,
      TautlineContainer container,
      Acceptor acceptor,
      Duration drain,
      AvajeBeans beans,
      boolean secure) {
    this.network = network;
    this.container = container;
    this.acceptor = acceptor;
    this.drain = drain;
    this.beans = beans;
    this.secure = secure;
  }

  /** Returns a builder with the defaults: port 8080 on every interface, endpoints by discovery. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the port, as the system chose it if none was asked for. */
  public int port() {
    try {
      SocketAddress address = acceptor.address();
      return address instanceof InetSocketAddress inet ? inet.getPort() : -1;
    } catch (IOException e) {
      throw new IllegalStateException("the server has been closed", e);
    }
  }

  /** Returns whether it speaks TLS. */
  boolean isSecure() {
    return secure;
  }

  /** Returns the Jakarta container, for endpoints added while running. */
  public ServerContainer container() {
    return container;
  }

  /** Returns what connects client interfaces, on the loops of this server. */
  public Clients clients() {
    return container.clients();
  }

  /** Returns the annotated endpoints that are served. */
  public List<EndpointModel> endpoints() {
    return container.endpoints();
  }

  /** Returns the bounds of its connections, but for what endpoints say about theirs. */
  public Limits limits() {
    return network.limits();
  }

  /** Returns how many connections there are, those of clients of this container included. */
  public int connections() {
    return network.connections();
  }

  /**
   * Returns how often peers hit a limit, had a handshake rejected, or sent what could not be
   * decoded, by the name of the limit, or by words such as {@code handshake 403}. The log has a
   * line at INFO for each, once a minute at most.
   */
  public Map<String, Long> reports() {
    return network.reports().counts();
  }

  /** Waits until the server has been closed. */
  public synchronized void join() throws InterruptedException {
    while (!stopped) {
      wait();
    }
  }

  /** Stops listening, says 1001 on every connection, waits for the answers, ends. */
  @Override
  public void close() {
    try {
      if (!isFirstToClose()) {
        if (closer != Thread.currentThread()) { // a bean may close what closes it
          join();
        }
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      stopListening();
      if (!network.drain(drain)) {
        LOG.log(
            Level.WARNING,
            "{0} connections did not end in {1} (drain)",
            network.connections(),
            LimitName.CLOSE_TIMEOUT.format(drain.toNanos()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      network.close();
      close(beans);
      synchronized (this) {
        stopped = true;
        notifyAll();
      }
      LOG.log(Level.DEBUG, "stopped");
    }
  }

  private synchronized boolean isFirstToClose() {
    boolean first = closer == null;
    closer = first ? Thread.currentThread() : closer;
    return first;
  }

  /** Frees the port, unless handlers that do not return hold all carriers for too long. */
  private void stopListening() throws InterruptedException {
    try {
      long millis = Math.max(drain.toMillis(), LEAST_WAIT_MILLIS);
      acceptor.close().get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.log(Level.WARNING, "the port is not free yet: {0}", e.toString());
    }
  }

  private static void close(AvajeBeans beans) {
    try {
      beans.close();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "closing beans failed", e);
    }
  }

  /** Settings of a server to be started. */
  public static final class Builder {
    private SocketAddress address = new InetSocketAddress(8080);
    private Limits limits = Limits.DEFAULT;
    private int loops = Math.max(1, Runtime.getRuntime().availableProcessors());
    private Duration drain = Duration.ofSeconds(10);
    private OriginPolicy origins = OriginPolicy.SAME_HOST;
    private Pages pages = Pages.NONE;
    private boolean resources;
    private ClassLoader loader = loader();
    private String contextPath = "";
    private Wire.Factory wires = Wire::plain;
    private boolean secure;
    private boolean epoll = Epoll.isAskedFor();
    private @Nullable DeflateOptions compression;
    private @Nullable Beans beans;
    private @Nullable MessageCodec codec;
    private @Nullable List<Class<?>> endpoints;

    private Builder() {}

    private static ClassLoader loader() {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      return context != null ? context : ClassLoader.getSystemClassLoader();
    }

    /** Listens on that port of every interface; 0 lets the system choose. */
    public Builder port(int port) {
      return address(new InetSocketAddress(port));
    }

    /** Listens on that address: IPv4, IPv6 or a UNIX-domain socket. */
    public Builder address(SocketAddress address) {
      this.address = address;
      return this;
    }

    /** Sets the bounds of every connection. */
    public Builder limits(Limits limits) {
      this.limits = limits;
      return this;
    }

    /** Sets how many loops serve connections; the number of processors unless set. */
    public Builder loops(int loops) {
      this.loops = loops;
      return this;
    }

    /**
     * Reaches Linux's sockets without channels, or not, see {@code docs/performance.md}: less of
     * the processor for each message, more for the start. It needs Java 22 or later, and native
     * access; without, a warning says so and channels serve.
     */
    public Builder epoll(boolean on) {
      epoll = on;
      return this;
    }

    /** Sets how long {@link TautlineServer#close} waits for peers to say goodbye. */
    public Builder drain(Duration drain) {
      this.drain = drain;
      return this;
    }

    /**
     * Serves every endpoint and page below that path, such as {@code /app}.
     *
     * @throws IllegalArgumentException if it begins with no slash, or ends with one
     */
    public Builder contextPath(String path) {
      if (!path.matches("(/[^/]+)*")) {
        throw new IllegalArgumentException(
            "contextPath takes such as /app, without a slash at its end, not \"" + path + "\"");
      }
      contextPath = path;
      return this;
    }

    /** Allows pages of other origins to connect, such as {@code https://example.org}. */
    public Builder origins(String... allowed) {
      origins = new OriginPolicy(List.of(allowed));
      return this;
    }

    /**
     * Compresses messages of clients that offer it (RFC 7692); off unless set.
     *
     * @param options such as {@link DeflateOptions#DEFAULT}
     */
    public Builder compression(DeflateOptions options) {
      compression = options;
      return this;
    }

    /** Serves the files under {@code META-INF/resources} of the class path beside the endpoints. */
    public Builder resources() {
      resources = true;
      return this;
    }

    /** Answers requests that are no upgrade. */
    public Builder pages(Pages pages) {
      this.pages = pages;
      resources = false;
      return this;
    }

    /** Finds endpoints, beans and resources by that loader instead of the thread's. */
    public Builder classLoader(ClassLoader loader) {
      this.loader = loader;
      return this;
    }

    /** Takes the dependencies of endpoints from there instead of avaje-inject. */
    public Builder beans(Beans beans) {
      this.beans = beans;
      return this;
    }

    /**
     * Speaks TLS 1.2 and 1.3 with that context's certificates.
     *
     * @param context such as {@link Certificates#fromPem} makes
     */
    public Builder tls(SSLContext context) {
      wires = TlsWire.server(context, ClientCertificate.NONE);
      secure = true;
      return this;
    }

    /**
     * Speaks TLS and requires a certificate of each client, which {@code Handshake.certificates}
     * shows.
     *
     * @param context trusts the issuers of clients' certificates; TLS refuses others, and clients
     *     without a certificate
     */
    public Builder mutualTls(SSLContext context) {
      wires = TlsWire.server(context, ClientCertificate.REQUIRED);
      secure = true;
      return this;
    }

    /**
     * Speaks TLS and asks clients for a certificate, but lets in those that have none: {@code
     * Handshake.certificates} is empty for them.
     *
     * @param context trusts the issuers of clients' certificates; TLS refuses others
     */
    public Builder tlsWithOptionalClientCertificate(SSLContext context) {
      wires = TlsWire.server(context, ClientCertificate.OPTIONAL);
      secure = true;
      return this;
    }

    /** Uses another codec than JSON, and than a {@code MessageCodec} bean. */
    public Builder codec(MessageCodec codec) {
      this.codec = codec;
      return this;
    }

    /** Serves these classes instead of all that are found. */
    public Builder endpoints(Class<?>... types) {
      endpoints = List.of(types);
      return this;
    }

    /**
     * Starts the server.
     *
     * @throws DeploymentException if an endpoint breaks a rule; nothing is served then
     * @throws IOException if the address cannot be bound
     */
    public TautlineServer start() throws IOException, DeploymentException {
      AvajeBeans avaje = new AvajeBeans(loader);
      Beans chosen = beans != null ? beans : avaje;
      JsonCodec json = new JsonCodec(chosen);
      Network network = new Network(Epoll.orChannels(epoll), loops, limits, "tautline");
      try {
        Map<Class<?>, EndpointBinder> known = new ConcurrentHashMap<>();
        TautlineContainer container =
            new TautlineContainer(
                network,
                codec != null ? codec : chosen.find(MessageCodec.class, null).orElse(json),
                chosen,
                new LocalRooms(),
                type -> known.computeIfAbsent(type, EndpointCatalog::binder));
        container.compression(compression);
        deploy(container, known);
        Acceptor acceptor =
            network.listen(address, wires, container.requests(contextPath, origins, answers()));
        Thread warmUp = new Thread(() -> warmUp(json), "tautline-warm-up");
        warmUp.setDaemon(true);
        warmUp.start();
        return new TautlineServer(network, container, acceptor, drain, avaje, secure);
      } catch (IOException | DeploymentException | RuntimeException | Error e) {
        network.close();
        TautlineServer.close(avaje);
        throw e;
      }
    }

    private Pages answers() {
      return resources ? new ClassPathPages(loader, "META-INF/resources") : pages;
    }

    /** Prepares for messages, a moment later than the first handshakes, which need none of it. */
    private static void warmUp(JsonCodec json) {
      LockSupport.parkNanos(WARM_UP_AFTER_NANOS);
      json.warmUp();
    }

    /** Deploys those that were named, else all that are found, or what the application chooses. */
    private void deploy(TautlineContainer container, Map<Class<?>, EndpointBinder> known)
        throws DeploymentException {
      if (endpoints != null) {
        for (Class<?> type : endpoints) {
          EndpointBinder binder = EndpointCatalog.binder(type);
          known.put(type, binder);
          container.deploy(binder);
        }
        return;
      }
      EndpointCatalog.Found found = new EndpointCatalog(loader).find();
      Set<Class<?>> application = new LinkedHashSet<>(found.classes());
      for (EndpointBinder binder : found.binders()) {
        if (!binder.model().flavor().isClient()) {
          known.put(binder.type(), binder);
          if (found.classes().isEmpty()) {
            container.deploy(binder);
          } else {
            application.add(binder.type());
          }
        }
      }
      if (!found.classes().isEmpty()) {
        container.deployApplication(application);
      }
    }
  }
}
