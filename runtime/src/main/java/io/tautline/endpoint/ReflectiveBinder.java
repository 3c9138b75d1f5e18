package io.tautline.endpoint;

import io.tautline.Handshake;
import io.tautline.Peer;
import io.tautline.container.Instances;
import io.tautline.model.EndpointModel;
import io.tautline.model.EndpointRules;
import io.tautline.model.MessageModel;
import io.tautline.model.MethodModel;
import io.tautline.model.ParameterModel;
import io.tautline.model.Problem;
import io.tautline.model.TypeModel;
import io.tautline.spi.Beans;
import io.tautline.spi.ClientCalls;
import io.tautline.spi.EndpointBinder;
import io.tautline.spi.Invocation;
import jakarta.websocket.CloseReason;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls an endpoint class, or implements a client interface, that was compiled without the
 * annotation processor.
 *
 * <p>Each callback becomes one method handle from instance and invocation to result, composed once:
 * the method, with each of its parameters fetched from the invocation. A call allocates nothing.
 */
public final class ReflectiveBinder implements EndpointBinder {
  private static final MethodType CALL =
      MethodType.methodType(Object.class, Object.class, Invocation.class);

  private final Class<?> type;
  private final EndpointModel model;
  private final List<MethodHandle> callbacks;

  private ReflectiveBinder(Class<?> type, EndpointModel model, List<MethodHandle> callbacks) {
    this.type = type;
    this.model = model;
    this.callbacks = callbacks;
  }

  /**
   * Reads and binds a class. One that breaks a rule is left unbound; it is refused at deployment.
   *
   * @throws IllegalArgumentException if the class is no endpoint or not accessible
   */
  public static ReflectiveBinder of(Class<?> type) {
    ReflectedModel reflected = ReflectedModel.of(type);
    List<MethodHandle> callbacks = new ArrayList<>();
    boolean client = reflected.model().flavor() == EndpointModel.Flavor.INTERFACE;
    if (!client && EndpointRules.check(reflected.model()).stream().noneMatch(Problem::error)) {
      List<@Nullable MessageModel> messages = EndpointRules.messages(reflected.model());
      for (int m = 0; m < messages.size(); m++) {
        MethodModel method = reflected.model().methods().get(m);
        callbacks.add(bind(type, reflected.methods().get(m), method, messages.get(m)));
      }
    }
    return new ReflectiveBinder(type, reflected.model(), callbacks);
  }

  private static MethodHandle bind(
      Class<?> type, Method method, MethodModel model, @Nullable MessageModel message) {
    try {
      MethodHandles.Lookup own = MethodHandles.lookup();
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(method.getDeclaringClass(), own);
      MethodHandle handle = lookup.unreflect(method);
      int[] order = new int[method.getParameterCount() + 1];
      for (int p = 0; p < method.getParameterCount(); p++) {
        Class<?> wanted = method.getParameterTypes()[p];
        MethodHandle getter = getter(own, type, model, message, p, wanted);
        handle =
            MethodHandles.filterArguments(
                handle, p + 1, getter.asType(MethodType.methodType(wanted, Invocation.class)));
        order[p + 1] = 1;
      }
      MethodType both =
          MethodType.methodType(
              handle.type().returnType(), handle.type().parameterType(0), Invocation.class);
      return MethodHandles.permuteArguments(handle, both, order).asType(CALL);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          method + " is not accessible. Open its package to io.tautline.runtime.", e);
    }
  }

  private static MethodHandle getter(
      MethodHandles.Lookup lookup,
      Class<?> type,
      MethodModel method,
      @Nullable MessageModel message,
      int at,
      Class<?> wanted)
      throws ReflectiveOperationException {
    ParameterModel parameter = method.parameters().get(at);
    if (parameter.pathParam() != null) {
      MethodHandle path =
          lookup.findVirtual(
              Invocation.class,
              "path",
              MethodType.methodType(Object.class, String.class, Class.class));
      return MethodHandles.insertArguments(
          path, 1, parameter.pathParam(), declared(type, parameter.type(), wanted));
    }
    if (wanted == Session.class) {
      return field(lookup, "session", Session.class);
    }
    if (wanted == Handshake.class) {
      return field(lookup, "handshake", Handshake.class);
    }
    if (wanted == Peer.class) {
      return field(lookup, "peer", Peer.class);
    }
    return switch (method.callback()) {
      case OPEN -> field(lookup, "config", EndpointConfig.class);
      case CLOSE -> field(lookup, "closeReason", CloseReason.class);
      case ERROR -> field(lookup, "error", Throwable.class);
      case HANDSHAKE, SEND -> throw new IllegalArgumentException("a parameter that breaks a rule");
      case MESSAGE ->
          message != null && message.last() == at
              ? field(lookup, "last", boolean.class)
              : field(lookup, "message", Object.class);
    };
  }

  /** Returns what a parameter is, though its method is generic: the type argument. */
  private static Class<?> declared(Class<?> type, TypeModel parameter, Class<?> wanted)
      throws ReflectiveOperationException {
    return wanted.isPrimitive() || parameter.is(wanted.getName())
        ? wanted
        : Class.forName(parameter.name(), false, type.getClassLoader());
  }

  private static MethodHandle field(MethodHandles.Lookup lookup, String name, Class<?> type)
      throws ReflectiveOperationException {
    return lookup.findVirtual(Invocation.class, name, MethodType.methodType(type));
  }

  @Override
  public Class<?> type() {
    return type;
  }

  @Override
  public EndpointModel model() {
    return model;
  }

  @Override
  public Object create(Beans beans) throws Exception {
    if (model.flavor() == EndpointModel.Flavor.INTERFACE) {
      List<Method> methods = ReflectedModel.of(type).methods();
      return ClientProxy.of(type, methods, beans.get(ClientCalls.class, null));
    }
    Problem creation = EndpointRules.creation(model);
    if (creation != null) {
      throw new InstantiationException(creation.message());
    }
    Constructor<?> constructor = ReflectedModel.constructors(type).get(0);
    return Instances.create(constructor, beans);
  }

  @Override
  public @Nullable Object call(int method, Object endpoint, Invocation in) throws Throwable {
    return callbacks.get(method).invokeExact(endpoint, in);
  }
}
