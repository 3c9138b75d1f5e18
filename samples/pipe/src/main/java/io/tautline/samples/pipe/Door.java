package io.tautline.samples.pipe;

import io.tautline.connection.RequestHandler;
import io.tautline.connection.ServerOpening;
import io.tautline.container.OriginPolicy;
import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.Headers;
import io.tautline.handshake.Outcome;
import io.tautline.handshake.RequestHead;
import io.tautline.handshake.ServerHandshake;
import io.tautline.samples.pipe.Settings.Route;
import io.tautline.transport.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Lets clients in to the hub of their route; people who come with a browser get a page. */
final class Door implements RequestHandler {
  private final Settings settings;
  private final Map<Route, Hub> hubs;
  private final OriginPolicy origins;
  private final @Nullable AccessLog log;
  private final byte[] page;
  private final AtomicInteger ids = new AtomicInteger();

  Door(Settings settings, Map<Route, Hub> hubs, @Nullable AccessLog log, byte[] page) {
    this.settings = settings;
    this.hubs = hubs;
    this.origins = new OriginPolicy(settings.origins());
    this.log = log;
    this.page = page;
  }

  @Override
  public void handle(RequestHead head, ServerOpening opening) {
    long began = System.nanoTime();
    String address = address(opening.connection().wire().socket());
    Outcome answer = decide(head, address, opening);
    if (log != null) {
      long millis = (System.nanoTime() - began) / 1_000_000;
      int bytes = answer instanceof Outcome.Rejected no ? no.head().length : answer.bytes().length;
      log.log(address, head, answer.status(), bytes, millis);
    }
  }

  private Outcome decide(RequestHead head, String address, ServerOpening opening) {
    try {
      if (!head.upgrade() && (head.method().equals("GET") || head.method().equals("HEAD"))) {
        Headers type = Headers.of("Content-Type", "text/html; charset=utf-8");
        return refuse(opening, new Outcome.Rejected(200, type, page));
      }
      ServerHandshake.check(head);
      if (!origins.allows(head)) {
        throw new HandshakeException(403, "pages of this origin may not connect; see --origin");
      }
      List<String> offered = head.headers().list("Sec-WebSocket-Protocol");
      Route route = route(head.path(), offered);
      Hub hub = Objects.requireNonNull(hubs.get(route));
      if (hub.isBehind()) {
        throw new HandshakeException(503, "the program takes too little; see --max-queue");
      }
      List<String> spoken = new ArrayList<>(settings.subprotocols());
      if (route.subprotocol() != null) {
        spoken = List.of(route.subprotocol());
      }
      String subprotocol = ServerHandshake.chooseSubprotocol(head, spoken);
      Outcome.Accepted accepted = ServerHandshake.accept(head, subprotocol, null, Headers.NONE);
      Visitor visitor =
          new Visitor(ids.incrementAndGet(), address, head.target(), subprotocol, head.headers());
      opening.accept(
          accepted, null, connection -> hub.join(new Client(hub, visitor, connection, settings)));
      return accepted;
    } catch (HandshakeException e) {
      return refuse(opening, ServerHandshake.reject(e));
    }
  }

  private Route route(String path, List<String> offered) throws HandshakeException {
    for (Route route : settings.routes()) {
      if (route.serves(path, offered)) {
        return route;
      }
    }
    throw new HandshakeException(404, "no pipe for " + path);
  }

  private static Outcome refuse(ServerOpening opening, Outcome.Rejected answer) {
    opening.reject(answer);
    return answer;
  }

  /** Returns the IP address of the other end, or an empty text if it has none. */
  private static String address(Socket socket) {
    try {
      return socket.remoteAddress() instanceof InetSocketAddress inet
          ? inet.getAddress().getHostAddress().replaceAll("%.*", "")
          : "";
    } catch (IOException e) {
      return ""; // it has gone already
    }
  }
}
