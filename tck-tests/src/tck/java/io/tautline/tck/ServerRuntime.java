package io.tautline.tck;

import io.tautline.connection.Limits;
import io.tautline.connection.Network;
import io.tautline.connection.RequestHandler;
import io.tautline.connection.ServerOpening;
import io.tautline.container.OriginPolicy;
import io.tautline.container.Pages;
import io.tautline.container.TautlineContainer;
import io.tautline.container.UpgradeSource;
import io.tautline.endpoint.AvajeBeans;
import io.tautline.endpoint.JsonCodec;
import io.tautline.handshake.Outcome;
import io.tautline.handshake.RequestHead;
import io.tautline.room.LocalRooms;
import io.tautline.transport.Acceptor;
import io.tautline.transport.Wire;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/** One deployed application: a Tautline of its own. */
final class ServerRuntime implements AutoCloseable {
  private final Set<Class<?>> scanned;
  private final ClassLoader loader;
  private final Network network;
  private final TautlineContainer container;
  private List<ServletEmulation.Mapping> servlets = List.of();

  ServerRuntime(Set<Class<?>> scanned, ClassLoader loader) throws IOException {
    this.scanned = scanned;
    this.loader = loader;
    this.network = new Network(1, Limits.DEFAULT, "tck-server");
    this.container =
        new TautlineContainer(
            network,
            new JsonCodec(),
            new AvajeBeans(loader),
            new LocalRooms(),
            type -> Binders.of(type, loader));
  }

  ServerContainer serverContainer() {
    return container;
  }

  void servlets(List<ServletEmulation.Mapping> mappings) {
    servlets = mappings;
  }

  int start(String contextPath) throws IOException, DeploymentException {
    container.deployApplication(scanned);
    RequestHandler endpoints = container.requests(contextPath, OriginPolicy.SAME_HOST, Pages.NONE);
    Acceptor acceptor =
        network.listen(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Wire::plain,
            (head, opening) -> handle(contextPath, head, opening, endpoints));
    return ((InetSocketAddress) acceptor.address()).getPort();
  }

  private void handle(
      String contextPath, RequestHead head, ServerOpening opening, RequestHandler endpoints) {
    for (ServletEmulation.Mapping mapping : servlets) {
      if (head.path().equals(contextPath + mapping.path())) {
        serve(mapping, head, opening);
        return;
      }
    }
    endpoints.handle(head, opening);
  }

  /** Calls the servlet with as much of a request as it needs to upgrade it. */
  private void serve(ServletEmulation.Mapping mapping, RequestHead head, ServerOpening opening) {
    Object request =
        Proxy.newProxyInstance(
            ServerRuntime.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class, UpgradeSource.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "head" -> head;
                  case "opening" -> opening;
                  case "getMethod" -> head.method();
                  case "getProtocol" -> "HTTP/1.1";
                  case "getRequestURI" -> head.path();
                  case "getQueryString" -> head.query();
                  case "getHeader" -> head.headers().first((String) arguments[0]);
                  case "getServletContext" -> mapping.context();
                  default -> null;
                });
    Object response =
        Proxy.newProxyInstance(
            ServerRuntime.class.getClassLoader(),
            new Class<?>[] {HttpServletResponse.class},
            (proxy, method, arguments) -> null);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      mapping.servlet().service((HttpServletRequest) request, (HttpServletResponse) response);
    } catch (Exception e) {
      opening.reject(Outcome.Rejected.text(500, String.valueOf(e)));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
