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
import io.tautline.transport.LogLimit;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.ServerEndpointConfig;
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
  private final Standing standing;
  private final HandshakeView view;
  private final @Nullable DeflateParameters deflate;
  private final ServerOpening opening;

  Admittance(
      TautlineContainer container,
      RequestHead head,
      TautlineSession session,
      Standing standing,
      HandshakeView view,
      @Nullable DeflateParameters deflate,
      ServerOpening opening) {
    this.container = container;
    this.head = head;
    this.session = session;
    this.standing = standing;
    this.view = view;
    this.deflate = deflate;
    this.opening = opening;
  }

  /** Accepts, if the endpoint's {@code @OnHandshake} method has nothing against it. */
  void decide() throws HandshakeException {
    if (standing instanceof AnnotatedStanding annotated
        && session.deployment().callbacks().handshake() >= 0) {
      ask(annotated);
    } else {
      accept(null);
    }
  }

  private void ask(AnnotatedStanding endpoint) {
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
        String what = session.deployment().name() + " @OnHandshake failed";
        long count = session.deployment().failures(what).admit();
        if (count > 0) {
          LOG.log(Level.WARNING, what + LogLimit.times(count), failure);
        }
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
      opening.failed(e);
    }
  }

  private void accept(@Nullable Admission admission) throws HandshakeException {
    HandshakeConfig config = (HandshakeConfig) session.config();
    @Nullable String subprotocol = session.subprotocol();
    @Nullable String extensions = deflate == null ? null : deflate.header();
    Headers.Builder extra = Headers.builder();
    if (admission != null) {
      add(admission.headers(), extra);
    }
    Outcome.Accepted answer = ServerHandshake.accept(head, subprotocol, extensions, extra.build());
    ServerEndpointConfig.Configurator configurator = session.deployment().configurator();
    if (!(configurator instanceof DefaultConfigurator)) {
      Response response = new Response(answer.response().headers());
      configurator.modifyHandshake(config, view, response);
      answer = ServerHandshake.accept(head, subprotocol, extensions, response.headers());
    }
    session.admitted(
        admission == null ? null : admission.principal(),
        admission == null ? Map.of() : admission.attributes());
    @Nullable Compression compression = deflate == null ? null : container.compression(deflate);
    opening.accept(answer, compression, connection -> session.inbox());
  }

  private Outcome.Rejected rejection(Admission admission) {
    Headers.Builder headers = Headers.builder();
    add(admission.headers(), headers);
    if (headers.build().first("Content-Type") == null) {
      headers.add("Content-Type", "text/plain; charset=utf-8");
    }
    return new Outcome.Rejected(
        admission.status(), headers.build(), admission.body().getBytes(StandardCharsets.UTF_8));
  }

  private static void add(List<Map.Entry<String, String>> fields, Headers.Builder headers) {
    for (Map.Entry<String, String> field : fields) {
      headers.add(field.getKey(), field.getValue());
    }
  }

  /** The response's headers while a configurator may change them. */
  private static final class Response implements HandshakeResponse {
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    Response(Headers planned) {
      for (int i = 0; i < planned.size(); i++) {
        headers.computeIfAbsent(planned.name(i), n -> new ArrayList<>(1)).add(planned.value(i));
      }
    }

    @Override
    public Map<String, List<String>> getHeaders() {
      return headers;
    }

    Headers headers() {
      Headers.Builder all = Headers.builder();
      for (Map.Entry<String, List<String>> field : headers.entrySet()) {
        for (String value : field.getValue()) {
          all.add(field.getKey(), value);
        }
      }
      return all.build();
    }
  }
}
