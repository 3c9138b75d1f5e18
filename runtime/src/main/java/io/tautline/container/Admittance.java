package io.tautline.container;

import io.tautline.Admission;
import io.tautline.connection.Compression;
import io.tautline.connection.ServerOpening;
import io.tautline.deflate.DeflateParameters;
import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.Headers;
import io.tautline.handshake.Outcome;
import io.tautline.handshake.RequestHead;
import io.tautline.handshake.ServerHandshake;
import jakarta.websocket.HandshakeResponse;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A request that will be upgraded, unless the endpoint objects. */
final class Admittance {
  private static final System.Logger LOG = System.getLogger("io.tautline.container");

  private final TautlineContainer container;
  private final RequestHead head;
  private final TautlineSession session;
  private final HandshakeView view;
  private final @Nullable DeflateParameters deflate;
  private final ServerOpening opening;

  Admittance(
      TautlineContainer container,
      RequestHead head,
      TautlineSession session,
      HandshakeView view,
      @Nullable DeflateParameters deflate,
      ServerOpening opening) {
    this.container = container;
    this.head = head;
    this.session = session;
    this.view = view;
    this.deflate = deflate;
    this.opening = opening;
  }

  /** Asks the endpoint's {@code @OnHandshake} method. */
  void ask(AnnotatedStanding endpoint) {
    try {
      Object answer = endpoint.handshake();
      if (answer instanceof CompletionStage<?> stage) {
        stage.whenComplete((later, failure) -> decided((Admission) later, failure));
      } else {
        decided((Admission) answer, null);
      }
    } catch (Throwable t) {
      decided(null, t);
    }
  }

  /** The endpoint has decided, by this thread or another. */
  private void decided(@Nullable Admission admission, @Nullable Throwable failure) {
    try {
      if (failure != null) {
        LOG.log(Level.WARNING, session.deployment().name() + " @OnHandshake failed", failure);
        throw new HandshakeException(500, "the endpoint failed");
      }
      if (admission == null || admission.accepted()) {
        accept(admission);
      } else {
        opening.reject(rejection(admission));
      }
    } catch (HandshakeException e) {
      opening.reject(ServerHandshake.reject(e));
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "handling a request failed", e);
      opening.reject(Outcome.Rejected.text(500, "the server failed to handle this request"));
    }
  }

  void accept(@Nullable Admission admission) throws HandshakeException {
    HandshakeConfig config = (HandshakeConfig) session.config();
    @Nullable String subprotocol = session.subprotocol();
    @Nullable String extensions = deflate == null ? null : deflate.header();
    Headers.Builder extra = Headers.builder();
    if (admission != null) {
      admission.headers().forEach(header -> extra.add(header.getKey(), header.getValue()));
    }
    Response response =
        new Response(ServerHandshake.accept(head, subprotocol, extensions, extra.build()));
    session.deployment().configurator().modifyHandshake(config, view, response);
    Outcome.Accepted answer =
        ServerHandshake.accept(head, subprotocol, extensions, response.headers());
    session.admitted(
        admission == null ? null : admission.principal(),
        admission == null ? Map.of() : admission.attributes());
    @Nullable Compression compression = deflate == null ? null : container.compression(deflate);
    opening.accept(answer, compression, connection -> session.inbox());
  }

  private Outcome.Rejected rejection(Admission admission) {
    Headers.Builder headers = Headers.builder();
    admission.headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
    if (admission.headers().stream()
        .noneMatch(header -> header.getKey().equalsIgnoreCase("Content-Type"))) {
      headers.add("Content-Type", "text/plain; charset=utf-8");
    }
    return new Outcome.Rejected(
        admission.status(), headers.build(), admission.body().getBytes(StandardCharsets.UTF_8));
  }

  /** The response's headers while a configurator may change them. */
  private static final class Response implements HandshakeResponse {
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    Response(Outcome.Accepted accepted) {
      accepted
          .response()
          .headers()
          .forEach(
              (name, value) -> headers.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value));
    }

    @Override
    public Map<String, List<String>> getHeaders() {
      return headers;
    }

    Headers headers() {
      Headers.Builder all = Headers.builder();
      headers.forEach((name, values) -> values.forEach(value -> all.add(name, value)));
      return all.build();
    }
  }
}
