package io.tautline.container;

import io.tautline.HandshakeRejectedException;
import io.tautline.connection.ClientListener;
import io.tautline.connection.Compression;
import io.tautline.connection.Connection;
import io.tautline.connection.Listener;
import io.tautline.deflate.DeflateOffer;
import io.tautline.deflate.DeflateOptions;
import io.tautline.deflate.DeflateParameters;
import io.tautline.handshake.ClientHandshake;
import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.Headers;
import io.tautline.handshake.RequestHead;
import io.tautline.handshake.ResponseHead;
import io.tautline.handshake.WebSocketUri;
import io.tautline.model.EndpointModel;
import io.tautline.spi.Beans;
import io.tautline.spi.EndpointBinder;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Extension;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Connects one client endpoint to a server and waits for the outcome. */
final class ClientConnector {
  private static final System.Logger LOG = System.getLogger("io.tautline.container");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final TautlineContainer container;

  ClientConnector(TautlineContainer container) {
    this.container = container;
  }

  /** Returns the configuration that an annotated client class describes. */
  static ClientEndpointConfig config(EndpointBinder binder, Beans beans)
      throws DeploymentException {
    EndpointModel model = binder.model();
    ClassLoader loader = binder.type().getClassLoader();
    ClientEndpoint annotation = binder.type().getAnnotation(ClientEndpoint.class);
    ClientEndpointConfig.Builder builder =
        ClientEndpointConfig.Builder.create()
            .preferredSubprotocols(model.subprotocols())
            .decoders(CoderClasses.decoders(model, loader))
            .encoders(CoderClasses.encoders(model, loader));
    if (annotation != null) {
      try {
        builder.configurator(Instances.create(annotation.configurator(), beans));
      } catch (ReflectiveOperationException e) {
        throw new DeploymentException(
            "cannot make an instance of configurator " + annotation.configurator().getName(), e);
      }
    }
    return builder.build();
  }

  /**
   * Connects, and follows redirects as far as {@link ClientOptions#REDIRECTS} allows.
   *
   * @param endpoint the instance that is to stand on the session; null to make one once there is a
   *     session to be injected
   */
  Session connect(
      Deployment deployment, ClientEndpointConfig config, @Nullable Object endpoint, URI uri)
      throws DeploymentException, IOException {
    ClientOptions options = new ClientOptions(config);
    WebSocketUri at;
    try {
      at = WebSocketUri.of(uri);
    } catch (IllegalArgumentException e) {
      throw new DeploymentException("cannot connect: " + e.getMessage(), e);
    }
    for (int hops = options.redirects(); ; hops--) {
      Outcome outcome = attempt(deployment, config, options, endpoint, at);
      Session session = outcome.await(at.uri());
      if (session != null) {
        return session;
      }
      at = options.follow(at, outcome.redirect, hops);
    }
  }

  private Outcome attempt(
      Deployment deployment,
      ClientEndpointConfig config,
      ClientOptions options,
      @Nullable Object endpoint,
      WebSocketUri uri)
      throws DeploymentException, IOException {
    byte[] nonce = new byte[16];
    RANDOM.nextBytes(nonce);
    ClientHandshake handshake;
    Duration timeout;
    DeflateOffer offer = offer(config);
    try {
      handshake =
          new ClientHandshake(
              uri, nonce, config.getPreferredSubprotocols(), extensions(config, offer));
      timeout = options.handshakeTimeout(container.network().limits().handshakeTimeout());
    } catch (RuntimeException e) {
      throw new DeploymentException("cannot connect to " + uri.uri() + ": " + e.getMessage(), e);
    }
    Headers headers = beforeRequest(config, handshake);
    RequestHead request = new RequestHead("GET", uri.target(), handshake.headers());
    HandshakeView view = new HandshakeView(request, uri.uri(), uri.secure(), Map.of());
    Outcome outcome = new Outcome(deployment, config, handshake, offer, endpoint, view);
    Connection.handOver(); // resolving a name may take its time
    try {
      container
          .network()
          .connect(
              options.addresses(uri), options.wires(uri), handshake, headers, timeout, outcome);
    } catch (IOException e) {
      throw new IOException("cannot connect to " + uri.uri() + ": " + e.getMessage(), e);
    }
    return outcome;
  }

  /** Returns the header with every extension that a configuration names, in order. */
  private static @Nullable String extensions(
      ClientEndpointConfig config, @Nullable DeflateOffer offer) {
    List<String> elements = new ArrayList<>();
    for (Extension extension : config.getExtensions()) {
      boolean deflate = extension.getName().equals(DeflateParameters.NAME);
      elements.add(offer != null && deflate ? offer.header() : Extensions.header(extension));
    }
    return elements.isEmpty() ? null : String.join(", ", elements);
  }

  /** Returns the offer that a configuration asks for, or null if it names no permessage-deflate. */
  private @Nullable DeflateOffer offer(ClientEndpointConfig config) {
    for (Extension extension : config.getExtensions()) {
      if (extension.getName().equals(DeflateParameters.NAME)) {
        DeflateOptions options = container.deflateOptions();
        return extension.getParameters() == null || extension.getParameters().isEmpty()
            ? DeflateOffer.of(options == null ? DeflateOptions.DEFAULT : options)
            : DeflateOffer.parse(Extensions.header(extension));
      }
    }
    return null;
  }

  private static Headers beforeRequest(ClientEndpointConfig config, ClientHandshake handshake) {
    Map<String, List<String>> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    Headers planned = handshake.headers();
    for (int i = 0; i < planned.size(); i++) {
      map.computeIfAbsent(planned.name(i), n -> new ArrayList<>(1)).add(planned.value(i));
    }
    config.getConfigurator().beforeRequest(map);
    Headers.Builder all = Headers.builder();
    map.forEach((name, values) -> values.forEach(value -> all.add(name, value)));
    return all.build();
  }

  /** Waits for the end of the handshake and puts the endpoint on the session. */
  private final class Outcome implements ClientListener {
    private final Deployment deployment;
    private final ClientEndpointConfig config;
    private final ClientHandshake handshake;
    private final @Nullable DeflateOffer offer;
    private final @Nullable Object endpoint;
    private final HandshakeView view;
    private final CompletableFuture<@Nullable Session> session = new CompletableFuture<>();

    /** Where the server wants to be asked instead, once {@link #session} is null. */
    private volatile @Nullable String redirect;

    Outcome(
        Deployment deployment,
        ClientEndpointConfig config,
        ClientHandshake handshake,
        @Nullable DeflateOffer offer,
        @Nullable Object endpoint,
        HandshakeView view) {
      this.deployment = deployment;
      this.config = config;
      this.handshake = handshake;
      this.offer = offer;
      this.endpoint = endpoint;
      this.view = view;
    }

    @Override
    public @Nullable Compression compression(ResponseHead response) throws HandshakeException {
      DeflateParameters agreed = handshake.deflate(response, offer);
      return agreed == null ? null : container.compression(agreed);
    }

    @Override
    public Listener accepted(
        Connection connection, ResponseHead response, @Nullable String subprotocol) {
      if (session.isDone()) {
        throw new IllegalStateException("nobody waits for this session any more");
      }
      TautlineSession opened =
          new TautlineSession(
              container,
              deployment,
              connection,
              view,
              new PathValues(Map.of(), container.rooms()),
              subprotocol,
              response.headers().first("Sec-WebSocket-Extensions"),
              config);
      try {
        Map<String, List<String>> headers = response.headers().asMap();
        config.getConfigurator().afterResponse(() -> headers);
        opened.admitted(null, Map.of());
        opened.inbox().stand(Upgrade.standing(opened, deployment, instance(opened)));
        opened.inbox().whenOpen(failure -> open(opened, failure));
        return opened.inbox();
      } catch (RuntimeException | Error e) {
        opened.beans().close(); // there will be no session that does it
        throw e;
      }
    }

    private void open(TautlineSession opened, @Nullable Throwable failure) {
      if (failure == null) {
        if (!session.complete(opened)) {
          closeUnwanted(opened);
        }
      } else {
        String what =
            "cannot make the coders of " + deployment.name() + ": " + failure.getMessage();
        session.completeExceptionally(new IllegalStateException(what, failure));
      }
    }

    /** Closes a session that nobody will get: who waited for it has been interrupted. */
    private void closeUnwanted(Session unwanted) {
      try {
        unwanted.close(new CloseReason(CloseCodes.GOING_AWAY, "the connecting thread has left"));
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.DEBUG, "closing a session that nobody waits for failed", e);
      }
    }

    private Object instance(TautlineSession opened) {
      try {
        return endpoint != null ? endpoint : deployment.binder().create(opened.beans());
      } catch (Exception e) {
        String what = "cannot make an instance of " + deployment.name() + ": " + e.getMessage();
        session.completeExceptionally(new IllegalStateException(what, e));
        throw new IllegalStateException(what, e);
      }
    }

    @Override
    public void failed(Exception cause, @Nullable ResponseHead response, byte[] body) {
      if (response != null && response.status() / 100 == 3) {
        redirect = response.headers().first("Location");
      }
      if (redirect != null) {
        session.complete(null);
        return;
      }
      if (response == null || response.status() == 101) {
        session.completeExceptionally(cause);
        return;
      }
      Map<String, List<String>> headers = response.headers().asMap();
      Exception rejected =
          new HandshakeRejectedException(
              "cannot connect to " + view.uri() + ": " + cause.getMessage(),
              response.status(),
              headers,
              body);
      try {
        config.getConfigurator().afterResponse(() -> headers);
      } catch (RuntimeException | Error e) {
        rejected.addSuppressed(e);
      }
      session.completeExceptionally(rejected);
    }

    /** Waits for the end of the handshake; null for a redirect. */
    @Nullable Session await(URI uri) throws DeploymentException, IOException {
      Connection.handOver();
      try {
        return session.get();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof HandshakeRejectedException rejected) {
          throw rejected;
        }
        if (cause instanceof IOException io) {
          throw new IOException("cannot connect to " + uri + ": " + io.getMessage(), io);
        }
        throw new DeploymentException(
            "cannot connect to " + uri + ": " + (cause == null ? e : cause).getMessage(), e);
      } catch (InterruptedException e) {
        InterruptedIOException interrupted =
            new InterruptedIOException("interrupted while connecting to " + uri);
        if (!session.completeExceptionally(interrupted)) {
          @Nullable Session unwanted = session.getNow(null);
          if (unwanted != null) {
            closeUnwanted(unwanted);
          }
        }
        Thread.currentThread().interrupt();
        throw interrupted;
      }
    }
  }
}
