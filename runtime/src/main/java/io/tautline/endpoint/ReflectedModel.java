package io.tautline.endpoint;

import io.tautline.Broadcast;
import io.tautline.Endpoint;
import io.tautline.EndpointClient;
import io.tautline.OnHandshake;
import io.tautline.container.FromText;
import io.tautline.container.Types;
import io.tautline.model.Callback;
import io.tautline.model.CoderModel;
import io.tautline.model.CoderModel.Coding;
import io.tautline.model.CoderModel.Wire;
import io.tautline.model.EndpointModel;
import io.tautline.model.EndpointModel.Flavor;
import io.tautline.model.EndpointSettings;
import io.tautline.model.MethodModel;
import io.tautline.model.ParameterModel;
import jakarta.inject.Inject;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.Decoder;
import jakarta.websocket.Encoder;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads an endpoint class by reflection into the model, and keeps its methods beside it. */
record ReflectedModel(EndpointModel model, List<Method> methods) {
  private static final Map<Class<?>, Wire> ENCODERS =
      Map.of(
          Encoder.Text.class, Wire.TEXT,
          Encoder.TextStream.class, Wire.TEXT_STREAM,
          Encoder.Binary.class, Wire.BINARY,
          Encoder.BinaryStream.class, Wire.BINARY_STREAM);

  private static final Map<Class<?>, Wire> DECODERS =
      Map.of(
          Decoder.Text.class, Wire.TEXT,
          Decoder.TextStream.class, Wire.TEXT_STREAM,
          Decoder.Binary.class, Wire.BINARY,
          Decoder.BinaryStream.class, Wire.BINARY_STREAM);

  /**
   * Reads a class.
   *
   * @throws IllegalArgumentException if no annotation makes it an endpoint
   */
  static ReflectedModel of(Class<?> type) {
    List<Method> methods = callbacks(type);
    List<MethodModel> models = methods.stream().map(method -> method(type, method)).toList();
    boolean instantiable = isInstantiable(type);
    int constructors = constructors(type).size();
    String name = type.getName();
    Endpoint ours = type.getAnnotation(Endpoint.class);
    if (ours != null) {
      return new ReflectedModel(
          new EndpointModel(
              name,
              Flavor.TAUTLINE,
              ours.value(),
              List.of(ours.subprotocols()),
              List.of(),
              List.of(),
              null,
              instantiable,
              constructors,
              settings(ours),
              models),
          methods);
    }
    ServerEndpoint server = type.getAnnotation(ServerEndpoint.class);
    if (server != null) {
      boolean custom = server.configurator() != ServerEndpointConfig.Configurator.class;
      return new ReflectedModel(
          new EndpointModel(
              name,
              Flavor.SERVER,
              server.value(),
              List.of(server.subprotocols()),
              coders(server.decoders(), DECODERS),
              coders(server.encoders(), ENCODERS),
              custom ? server.configurator().getName() : null,
              instantiable,
              constructors,
              EndpointSettings.DEFAULT,
              models),
          methods);
    }
    ClientEndpoint client = type.getAnnotation(ClientEndpoint.class);
    if (client != null) {
      return new ReflectedModel(
          new EndpointModel(
              name,
              Flavor.CLIENT,
              "",
              List.of(client.subprotocols()),
              coders(client.decoders(), DECODERS),
              coders(client.encoders(), ENCODERS),
              client.configurator().getName(),
              instantiable,
              constructors,
              EndpointSettings.DEFAULT,
              models),
          methods);
    }
    if (isClientInterface(type)) {
      return new ReflectedModel(
          new EndpointModel(
              name,
              Flavor.INTERFACE,
              "",
              List.of(),
              List.of(),
              List.of(),
              null,
              isNameable(type) && isClient(type),
              1,
              EndpointSettings.DEFAULT,
              models),
          methods);
    }
    throw new IllegalArgumentException(
        name
            + " is no endpoint. Annotate it @Endpoint, @ServerEndpoint, @ClientEndpoint or @EndpointClient.");
  }

  private static EndpointSettings settings(Endpoint endpoint) {
    return new EndpointSettings(
        endpoint.maxMessageBytes(),
        endpoint.idleTimeoutMillis(),
        endpoint.compression(),
        List.of(endpoint.allowedOrigins()),
        endpoint.slowConsumer(),
        endpoint.maxQueuedBytes(),
        endpoint.maxQueuedMessages(),
        List.of(endpoint.limits()));
  }

  /** Returns whether generated code beside an endpoint could name a class. */
  private static boolean isNameable(Class<?> type) {
    for (Class<?> c = type; c != null; c = c.getEnclosingClass()) {
      if (Modifier.isPrivate(c.getModifiers())) {
        return false;
      }
    }
    return !type.isArray() || isNameable(type.getComponentType());
  }

  private static boolean isInstantiable(Class<?> type) {
    return isNameable(type) && isConcrete(type);
  }

  private static boolean isClient(Class<?> type) {
    return type.isInterface()
        && type.getTypeParameters().length == 0
        && AutoCloseable.class.isAssignableFrom(type);
  }

  private static boolean isConcrete(Class<?> type) {
    boolean inner = type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers());
    return !type.isInterface()
        && !type.isEnum()
        && !Modifier.isAbstract(type.getModifiers())
        && !inner;
  }

  /** Returns the constructors that could make instances, see {@link EndpointModel#constructors}. */
  static List<Constructor<?>> constructors(Class<?> type) {
    List<Constructor<?>> all =
        Arrays.stream(type.getDeclaredConstructors())
            .filter(c -> !Modifier.isPrivate(c.getModifiers()))
            .<Constructor<?>>map(c -> c)
            .toList();
    List<Constructor<?>> injected =
        all.stream().filter(c -> c.isAnnotationPresent(Inject.class)).toList();
    List<Constructor<?>> bare = all.stream().filter(c -> c.getParameterCount() == 0).toList();
    return !injected.isEmpty() ? injected : !bare.isEmpty() ? bare : all;
  }

  /**
   * Returns the callbacks of a class and its superclasses, or the methods of a client interface.
   */
  private static List<Method> callbacks(Class<?> type) {
    List<Method> found = isClientInterface(type) ? methods(type) : inherited(type);
    // By name, because reflection promises no order and messages name first and second.
    found.sort(Comparator.comparing(method -> method(type, method).toString()));
    return found;
  }

  private static boolean isClientInterface(Class<?> type) {
    return type.isAnnotationPresent(EndpointClient.class);
  }

  private static List<Method> methods(Class<?> type) {
    List<Method> found = new ArrayList<>();
    for (Method method : type.getMethods()) {
      if (!method.isSynthetic() && callback(type, method) != null) {
        found.add(method);
      }
    }
    return found;
  }

  private static List<Method> inherited(Class<?> type) {
    List<Method> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Map<TypeVariable<?>, Type> given = Types.given(type);
    for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (!method.isSynthetic()
            && seen.add(signature(method, given))
            && callback(type, method) != null) {
          found.add(method);
        }
      }
    }
    return found;
  }

  /** Returns what a method has in common with those it overrides. */
  private static String signature(Method method, Map<TypeVariable<?>, Type> given) {
    StringBuilder text = new StringBuilder(method.getName());
    for (Type parameter : method.getGenericParameterTypes()) {
      text.append(' ').append(Types.erase(Types.substitute(parameter, given)).getName());
    }
    return text.toString();
  }

  private static @Nullable Callback callback(Class<?> type, Method method) {
    return method.isAnnotationPresent(OnMessage.class)
        ? Callback.MESSAGE
        : method.isAnnotationPresent(OnOpen.class)
            ? Callback.OPEN
            : method.isAnnotationPresent(OnClose.class)
                ? Callback.CLOSE
                : method.isAnnotationPresent(OnError.class)
                    ? Callback.ERROR
                    : method.isAnnotationPresent(OnHandshake.class)
                        ? Callback.HANDSHAKE
                        : sends(type, method) ? Callback.SEND : null;
  }

  private static boolean sends(Class<?> type, Method method) {
    return isClientInterface(type)
        && Modifier.isAbstract(method.getModifiers())
        && !(method.getName().equals("close") && method.getParameterCount() == 0);
  }

  private static MethodModel method(Class<?> type, Method method) {
    Map<TypeVariable<?>, Type> given = Types.given(type);
    List<ParameterModel> parameters = new ArrayList<>();
    for (Parameter parameter : method.getParameters()) {
      PathParam path = parameter.getAnnotation(PathParam.class);
      Type parameterType = Types.substitute(parameter.getParameterizedType(), given);
      parameters.add(
          new ParameterModel(
              parameter.getName(),
              TypeModels.of(parameterType),
              path == null ? null : path.value(),
              isNameable(Types.erase(parameterType)),
              FromText.reads(Types.erase(parameterType))));
    }
    OnMessage message = method.getAnnotation(OnMessage.class);
    Broadcast broadcast = method.getAnnotation(Broadcast.class);
    int modifiers = method.getModifiers();
    Callback callback = callback(type, method);
    if (callback == null) {
      throw new IllegalArgumentException(method + " is no callback");
    }
    return new MethodModel(
        method.getName(),
        callback,
        parameters,
        TypeModels.of(Types.substitute(method.getGenericReturnType(), given)),
        message == null ? -1 : message.maxMessageSize(),
        broadcast == null ? null : broadcast.value(),
        isClientInterface(type)
            ? Modifier.isAbstract(modifiers)
            : near(type, method)
                && !Modifier.isStatic(modifiers)
                && !Modifier.isPrivate(modifiers)
                && !Modifier.isAbstract(modifiers));
  }

  /** Returns whether generated code beside the class could call the method. */
  private static boolean near(Class<?> type, Method method) {
    return Modifier.isPublic(method.getModifiers())
        || method.getDeclaringClass().getPackageName().equals(type.getPackageName());
  }

  private static List<CoderModel> coders(Class<?>[] types, Map<Class<?>, Wire> kinds) {
    List<CoderModel> coders = new ArrayList<>();
    for (Class<?> type : types) {
      List<Coding> codings = new ArrayList<>();
      kinds.forEach(
          (kind, wire) -> {
            Type coded = Types.argument(type, kind);
            if (coded != null) {
              codings.add(new Coding(wire, TypeModels.of(coded)));
            }
          });
      codings.sort((a, b) -> a.wire().compareTo(b.wire()));
      coders.add(
          new CoderModel(
              type.getName(), codings, isConcrete(type) && constructors(type).size() == 1));
    }
    return coders;
  }
}
