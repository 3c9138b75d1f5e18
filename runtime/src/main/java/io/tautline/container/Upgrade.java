package io.tautline.container;

import io.tautline.connection.Connection;
import io.tautline.connection.Habit;
import io.tautline.connection.RequestHandler;
import io.tautline.connection.ServerOpening;
import io.tautline.deflate.DeflateOptions;
import io.tautline.deflate.DeflateParameters;
import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.Outcome;
import io.tautline.handshake.RequestHead;
import io.tautline.handshake.RequestTarget;
import io.tautline.handshake.ServerHandshake;
import io.tautline.spi.Beans;
import io.tautline.transport.LogLimit;
import jakarta.websocket.DecodeException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerEndpointConfig;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request to its endpoint: routing, origin, subprotocol, the configurator's last word, 101.
 *
 * <p>What is no upgrade goes to {@link Pages}; what fails is answered with a status and a sentence.
 */
final class Upgrade implements RequestHandler {
  private static final System.Logger LOG = System.getLogger("io.tautline.container");

  private final TautlineContainer container;
  private final Router router;
  private final String contextPath;
  private final OriginPolicy origins;
  private final Pages pages;
  private final Habit pagesHabit = new Habit("the answer to a request for a page");

  Upgrade(
      TautlineContainer container,
      Router router,
      String contextPath,
      OriginPolicy origins,
      Pages pages) {
    this.container = container;
    this.router = router;
    this.contextPath = contextPath;
    this.origins = origins;
    this.pages = pages;
  }

  @Override
  public void handle(RequestHead head, ServerOpening opening) {
    Connection connection = opening.connection();
    if (head.upgrade() || pages == Pages.NONE) {
      answer(head, opening);
    } else if (connection.mustDetach(pagesHabit)) {
      connection.detach(() -> answerPage(head, opening));
    } else {
      answerPage(head, opening);
    }
  }

  private void answerPage(RequestHead head, ServerOpening opening) {
    long since = opening.connection().callingOnce(pagesHabit);
    try {
      answer(head, opening);
    } catch (RuntimeException | Error e) {
      opening.failed(e);
    } finally {
      opening.connection().called(pagesHabit, since);
    }
  }

  private void answer(RequestHead head, ServerOpening opening) {
    try {
      String path = RequestTarget.path(head.path());
      @Nullable String below =
          path.startsWith(contextPath + "/") ? path.substring(contextPath.length()) : null;
      Router.Match match = below == null ? null : router.match(below);
      if (!head.upgrade()) {
        ServerHandshake.checkHost(head);
        Outcome.Rejected page = below == null ? null : pages.answer(head, below);
        if (page != null) {
          opening.reject(page);
          return;
        }
      }
      if (match == null) {
        throw new HandshakeException(404, "no endpoint at " + path);
      }
      ServerHandshake.check(head);
      upgrade(head, match.deployment(), match.pathParameters(), opening);
    } catch (HandshakeException e) {
      opening.reject(ServerHandshake.reject(e));
    }
  }

  /** Takes a request to an endpoint that someone else has chosen, or answers why not. */
  void upgrade(
      RequestHead head,
      ServerOpening opening,
      Deployment deployment,
      Map<String, String> pathParameters) {
    try {
      ServerHandshake.check(head);
      upgrade(head, deployment, pathParameters, opening);
    } catch (HandshakeException e) {
      opening.reject(ServerHandshake.reject(e));
    }
  }

  private void upgrade(
      RequestHead head,
      Deployment deployment,
      Map<String, String> pathParameters,
      ServerOpening opening)
      throws HandshakeException {
    Connection connection = opening.connection();
    connection.share(deployment.permits());
    if (connection.mustDetach(deployment.handshakeHabit())) {
      connection.detach(() -> admitOrReject(head, deployment, pathParameters, opening));
    } else {
      admit(head, deployment, pathParameters, opening);
    }
  }

  private void admitOrReject(
      RequestHead head,
      Deployment deployment,
      Map<String, String> pathParameters,
      ServerOpening opening) {
    try {
      admit(head, deployment, pathParameters, opening);
    } catch (HandshakeException e) {
      opening.reject(ServerHandshake.reject(e));
    } catch (RuntimeException | Error e) {
      opening.failed(e);
    }
  }

  private void admit(
      RequestHead head,
      Deployment deployment,
      Map<String, String> pathParameters,
      ServerOpening opening)
      throws HandshakeException {
    deployment.enter();
    Habit habit = deployment.handshakeHabit();
    long since = opening.connection().callingOnce(habit);
    try {
      PathValues paths = new PathValues(pathParameters, container.rooms());
      requireReadable(deployment, paths);
      HandshakeView view = view(head, opening.connection().wire().secure(), pathParameters);
      Step step = new Step(head, deployment);
      Admittance admittance;
      DefaultConfigurator.begin(step);
      try {
        admittance = admittance(step, paths, view, opening);
      } finally {
        DefaultConfigurator.end();
      }
      admittance.decide();
    } finally {
      opening.connection().called(habit, since);
    }
  }

  /** Asks the configurator, and makes the session and the endpoint's instance. */
  private Admittance admittance(
      Step step, PathValues paths, HandshakeView view, ServerOpening opening)
      throws HandshakeException {
    RequestHead head = step.head;
    Deployment deployment = step.deployment;
    HandshakeConfig config = new HandshakeConfig((ServerEndpointConfig) deployment.config());
    if (!deployment.configurator().checkOrigin(head.headers().first("Origin"))) {
      throw new HandshakeException(
          403,
          "pages of this origin may not connect; see Tautline's origins setting and"
              + " @Endpoint(allowedOrigins)");
    }
    @Nullable String subprotocol = subprotocol(head, deployment, config);
    @Nullable DeflateParameters deflate = deflate(head, deployment, config, opening.connection());
    @Nullable String extensions = deflate == null ? null : deflate.header();
    TautlineSession session =
        new TautlineSession(
            container,
            deployment,
            opening.connection(),
            view,
            paths,
            subprotocol,
            extensions,
            config);
    opening.ifNotOpened(session.beans()::close);
    step.beans = session.beans();
    Standing standing = standing(session);
    session.inbox().stand(standing);
    return new Admittance(container, head, session, standing, view, deflate, opening);
  }

  private static HandshakeView view(
      RequestHead head, boolean secure, Map<String, String> pathParameters)
      throws HandshakeException {
    HandshakeView view = new HandshakeView(head, null, secure, pathParameters);
    try {
      view.uri();
      return view;
    } catch (IllegalArgumentException e) {
      throw new HandshakeException(400, "malformed request target");
    }
  }

  /** Refuses with 404 what the path's variables cannot be (an endpoint's path is its contract). */
  private static void requireReadable(Deployment deployment, PathValues paths)
      throws HandshakeException {
    try {
      paths.read(deployment.callbacks().variables());
    } catch (DecodeException e) {
      throw new HandshakeException(404, String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable String subprotocol(
      RequestHead head, Deployment deployment, HandshakeConfig config) {
    List<String> offered = head.headers().list("Sec-WebSocket-Protocol");
    String chosen =
        deployment.configurator().getNegotiatedSubprotocol(config.getSubprotocols(), offered);
    if (chosen != null && !chosen.isEmpty()) {
      return chosen;
    }
    // A browser gives up if nothing it offered is chosen; its token must not be.
    return deployment.callbacks().handshake() >= 0 && offered.contains(OpeningRequest.BEARER)
        ? OpeningRequest.BEARER
        : null;
  }

  /** Returns how messages are to be compressed, if the server, client and endpoint want that. */
  private @Nullable DeflateParameters deflate(
      RequestHead head, Deployment deployment, ServerEndpointConfig config, Connection connection) {
    List<String> offers = head.headers().list("Sec-WebSocket-Extensions");
    List<Extension> installed = new ArrayList<>(config.getExtensions());
    installed.addAll(container.getInstalledExtensions());
    DeflateOptions options = deployment.deflate(container.deflateOptions());
    List<Extension> chosen =
        deployment.configurator().getNegotiatedExtensions(installed, Extensions.parse(offers));
    if (options == null || !Extensions.hasDeflate(chosen)) {
      return null;
    }
    DeflateParameters agreed = DeflateParameters.accept(offers, options);
    boolean clientContext =
        agreed != null && !options.contextTakeover() && !agreed.clientNoContextTakeover();
    boolean room =
        !clientContext
            || (options.keepsClientContext()
                && connection.reserve(DeflateOptions.CLIENT_CONTEXT_BYTES));
    return room ? agreed : null;
  }

  /** Makes the endpoint's instance while the handshake can still fail. */
  private static Standing standing(TautlineSession session) throws HandshakeException {
    Deployment deployment = session.deployment();
    ServerEndpointConfig config = (ServerEndpointConfig) deployment.config();
    try {
      Object endpoint = deployment.configurator().getEndpointInstance(config.getEndpointClass());
      return standing(session, deployment, endpoint);
    } catch (InstantiationException | RuntimeException | Error e) {
      String what = "cannot make an instance of " + deployment.name();
      long count = deployment.failures(what).admit();
      if (count > 0) {
        LOG.log(Level.WARNING, what + LogLimit.times(count), e);
      }
      throw new HandshakeException(500, "the endpoint could not be created");
    }
  }

  static Standing standing(TautlineSession session, Deployment deployment, Object endpoint) {
    return deployment.annotated()
        ? new AnnotatedStanding(deployment, endpoint, new Call(session, session.config()))
        : new ProgrammaticStanding((Endpoint) endpoint, session, session.config());
  }

  /** What {@link DefaultConfigurator} may ask during this handshake. */
  private final class Step implements DefaultConfigurator.Handshaking {
    private final RequestHead head;
    private final Deployment deployment;

    /** What the endpoint's constructor gets; set once there is a session. */
    private Beans beans = container.beans();

    Step(RequestHead head, Deployment deployment) {
      this.head = head;
      this.deployment = deployment;
    }

    @Override
    public boolean originAllowed() {
      return origins.allows(head) || deployment.origins().allows(head);
    }

    @Override
    public <T> T instance(Class<T> type) throws InstantiationException {
      try {
        return type.cast(
            deployment.annotated()
                ? deployment.binder().create(beans)
                : Instances.create(type, beans));
      } catch (Exception e) {
        InstantiationException fault = new InstantiationException(type.getName());
        fault.initCause(e);
        throw fault;
      }
    }
  }
}
