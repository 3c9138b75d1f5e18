package io.tautline.endpoint;

import io.tautline.spi.ClientCalls;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client interface that was compiled without the annotation processor, implemented. */
final class ClientProxy implements InvocationHandler {
  private final Class<?> type;

  /** Methods of the interface, in the order of its model. */
  private final List<Method> methods;

  private final ClientCalls calls;

  private ClientProxy(Class<?> type, List<Method> methods, ClientCalls calls) {
    this.type = type;
    this.methods = methods;
    this.calls = calls;
  }

  static Object of(Class<?> type, List<Method> methods, ClientCalls calls) {
    return Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, new ClientProxy(type, methods, calls));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "equals" -> arguments != null && proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> type.getName() + "@" + Integer.toHexString(System.identityHashCode(proxy));
      };
    }
    int at = methods.indexOf(method);
    if (at >= 0 && arguments != null) {
      return calls.call(at, arguments[0], arguments.length > 1 ? (Duration) arguments[1] : null);
    }
    if (method.isDefault()) {
      return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
          .unreflectSpecial(method, type)
          .bindTo(proxy)
          .invokeWithArguments(arguments == null ? new Object[0] : arguments);
    }
    calls.close(); // the one method left
    return null;
  }
}
