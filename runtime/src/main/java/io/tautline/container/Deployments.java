package io.tautline.container;

import io.tautline.model.EndpointModel;
import io.tautline.model.EndpointRules;
import io.tautline.model.PathPattern;
import io.tautline.model.Problem;
import io.tautline.spi.EndpointBinder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a container serves: endpoints that have passed every rule, or nothing at all. */
final class Deployments {
  private static final System.Logger LOG = System.getLogger("io.tautline.container");

  private final TautlineContainer container;
  private final Router router;
  private final List<EndpointModel> models = new ArrayList<>();

  /**
   * Whether a deployment failed: nothing is served then, now or later (§6.2 of the specification).
   */
  private volatile boolean refused;

  Deployments(TautlineContainer container, Router router) {
    this.container = container;
    this.router = router;
  }

  /** Returns the annotated endpoints deployed so far. */
  List<EndpointModel> models() {
    synchronized (models) {
      return List.copyOf(models);
    }
  }

  void deploy(EndpointBinder binder) throws DeploymentException {
    try {
      deploySound(binder);
    } catch (DeploymentException e) {
      refuse();
      throw e;
    }
  }

  void deploy(ServerEndpointConfig config) throws DeploymentException {
    try {
      route(config.getPath(), deployment(config));
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
    if (model.flavor().isClient()) {
      throw new DeploymentException(
          model.className()
              + " is a client and serves nobody. Annotate it @Endpoint, or connect it.");
    }
    synchronized (models) {
      for (EndpointModel before : models) {
        Problem problem = EndpointRules.samePath(before, model);
        if (problem != null) {
          throw new DeploymentException(model.className() + ": " + problem.message());
        }
      }
      ServerEndpointConfig config = config(binder);
      route(config.getPath(), new Deployment(config, container, binder));
      models.add(model);
    }
  }

  /** Throws every error of an endpoint at once, and logs the warnings. */
  static void requireSound(EndpointModel model) throws DeploymentException {
    StringBuilder text = new StringBuilder();
    for (Problem problem : EndpointRules.check(model)) {
      String told = where(model, problem) + ": " + problem.message();
      if (problem.error()) {
        text.append(text.isEmpty() ? "" : "\n").append(told);
      } else {
        LOG.log(Level.WARNING, told);
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

  private ServerEndpointConfig config(EndpointBinder binder) throws DeploymentException {
    EndpointModel model = binder.model();
    ClassLoader loader = binder.type().getClassLoader();
    ServerEndpointConfig.Configurator configurator = null;
    if (model.configurator() != null) {
      try {
        configurator =
            Instances.create(
                Class.forName(model.configurator(), true, loader)
                    .asSubclass(ServerEndpointConfig.Configurator.class),
                container.beans());
      } catch (ReflectiveOperationException | RuntimeException e) {
        throw new DeploymentException(
            "cannot make an instance of configurator "
                + model.configurator()
                + ": "
                + e.getMessage(),
            e);
      }
    }
    return ServerEndpointConfig.Builder.create(binder.type(), model.path())
        .subprotocols(model.subprotocols())
        .decoders(CoderClasses.decoders(model, loader))
        .encoders(CoderClasses.encoders(model, loader))
        .configurator(configurator)
        .build();
  }

  /** Returns a deployment that is not routed. */
  Deployment deployment(ServerEndpointConfig config) throws DeploymentException {
    Class<?> type = config.getEndpointClass();
    if (Endpoint.class.isAssignableFrom(type)) {
      return new Deployment(config, container);
    }
    EndpointBinder binder = container.binder(type);
    requireSound(binder.model());
    return new Deployment(config, container, binder);
  }

  void deployApplication(Set<Class<?>> scanned) throws DeploymentException {
    Set<Class<?>> annotated = new LinkedHashSet<>();
    Set<Class<? extends Endpoint>> programmatic = new LinkedHashSet<>();
    List<ServerApplicationConfig> chooser = new ArrayList<>();
    for (Class<?> type : scanned) {
      if (ServerApplicationConfig.class.isAssignableFrom(type)) {
        chooser.add(container.instance(type.asSubclass(ServerApplicationConfig.class)));
        continue;
      }
      boolean extending = Endpoint.class.isAssignableFrom(type);
      if (extending) {
        programmatic.add(type.asSubclass(Endpoint.class));
      }
      if (!extending || type.isAnnotationPresent(ServerEndpoint.class)) {
        annotated.add(type); // one that extends Endpoint may be annotated too
      }
    }
    Set<ServerEndpointConfig> configs = new LinkedHashSet<>();
    Set<Class<?>> chosen = chooser.isEmpty() ? annotated : new LinkedHashSet<>();
    for (ServerApplicationConfig one : chooser) {
      chosen.addAll(orEmpty(one.getAnnotatedEndpointClasses(annotated)));
      configs.addAll(orEmpty(one.getEndpointConfigs(programmatic)));
    }
    for (Class<?> type : chosen) {
      deploy(container.binder(type));
    }
    for (ServerEndpointConfig config : configs) {
      deploy(config);
    }
  }

  private static <T> Set<T> orEmpty(@Nullable Set<T> set) {
    return set == null ? Set.of() : set;
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
}
