package io.tautline.testing;

import io.tautline.boot.TautlineServer;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests their server and clients; see {@link TautlineTest}. JUnit closes what is in its store
 * when the test has ended, the newest first (5.13 on).
 */
public final class TautlineExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace OURS =
      ExtensionContext.Namespace.create(TautlineExtension.class);

  /** For JUnit. */
  public TautlineExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    boolean client = type == TestClient.class || type == TypedTestClient.class;
    return type == TautlineServer.class || (client && parameter.isAnnotated(Connect.class));
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TautlineServer server = server(context);
    if (parameter.getParameter().getType() == TautlineServer.class) {
      return server;
    }
    Connect connect = parameter.findAnnotation(Connect.class).orElseThrow();
    AutoCloseable client = client(server, connect, parameter.getParameter().getParameterizedType());
    store(context).put(client, client);
    return client;
  }

  private static AutoCloseable client(TautlineServer server, Connect connect, Type type) {
    if (type == TestClient.class) {
      return TestClient.connect(server, connect.value(), connect.subprotocols());
    }
    if (type instanceof ParameterizedType typed
        && typed.getActualTypeArguments()[0] instanceof Class<?> client) {
      return TypedTestClient.connect(
          server, client.asSubclass(AutoCloseable.class), connect.value(), connect.subprotocols());
    }
    throw new ParameterResolutionException(
        "a TypedTestClient needs its interface: TypedTestClient<ChatClient>");
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(OURS);
  }

  private static TautlineServer server(ExtensionContext context) {
    TautlineServer known = store(context).get(TautlineServer.class, TautlineServer.class);
    if (known != null) {
      return known;
    }
    Class<?>[] endpoints = context.getRequiredTestClass().getAnnotation(TautlineTest.class).value();
    TautlineServer.Builder builder = TautlineServer.builder().port(0);
    try {
      TautlineServer server =
          (endpoints.length == 0 ? builder : builder.endpoints(endpoints)).start();
      store(context).put(TautlineServer.class, server);
      return server;
    } catch (Exception e) {
      throw new ParameterResolutionException("the application did not start: " + e.getMessage(), e);
    }
  }
}
