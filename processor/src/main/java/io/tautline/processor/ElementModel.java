package io.tautline.processor;

import io.tautline.Compression;
import io.tautline.SlowConsumer;
import io.tautline.model.Callback;
import io.tautline.model.CoderModel;
import io.tautline.model.EndpointModel;
import io.tautline.model.EndpointModel.Flavor;
import io.tautline.model.EndpointSettings;
import io.tautline.model.MethodModel;
import io.tautline.model.ParameterModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** Reads an endpoint class from source into the model, and keeps its elements beside it. */
final class ElementModel {
  static final Map<String, Flavor> ENDPOINTS =
      Map.of(
          "io.tautline.Endpoint", Flavor.TAUTLINE,
          "jakarta.websocket.server.ServerEndpoint", Flavor.SERVER,
          "jakarta.websocket.ClientEndpoint", Flavor.CLIENT,
          "io.tautline.EndpointClient", Flavor.INTERFACE);

  private static final Map<String, Callback> CALLBACKS =
      Map.of(
          "jakarta.websocket.OnOpen", Callback.OPEN,
          "jakarta.websocket.OnMessage", Callback.MESSAGE,
          "jakarta.websocket.OnClose", Callback.CLOSE,
          "jakarta.websocket.OnError", Callback.ERROR,
          "io.tautline.OnHandshake", Callback.HANDSHAKE);

  private static final String PATH_PARAM = "jakarta.websocket.server.PathParam";
  private static final String INJECT = "jakarta.inject.Inject";

  private final Elements elements;
  private final Types types;
  private final TypeModels typeModels;
  private final TypeElement type;
  private final AnnotationMirror annotation;
  private final Flavor flavor;
  private final List<Method> methods = new ArrayList<>();

  /** A callback, as source has it and as the model has it. */
  private record Method(ExecutableElement element, MethodModel model) {}

  private ElementModel(
      Elements elements,
      Types types,
      TypeElement type,
      AnnotationMirror annotation,
      Flavor flavor) {
    this.elements = elements;
    this.types = types;
    this.typeModels = new TypeModels(elements, types);
    this.type = type;
    this.annotation = annotation;
    this.flavor = flavor;
    collectCallbacks();
  }

  /** Reads a class, or returns null if no annotation makes it an endpoint. */
  static @Nullable ElementModel of(Elements elements, Types types, TypeElement type) {
    for (AnnotationMirror mirror : type.getAnnotationMirrors()) {
      Flavor flavor = ENDPOINTS.get(name(mirror));
      if (flavor != null) {
        return new ElementModel(elements, types, type, mirror, flavor);
      }
    }
    return null;
  }

  TypeElement type() {
    return type;
  }

  AnnotationMirror annotation() {
    return annotation;
  }

  /** Returns the callbacks in the order of {@link EndpointModel#methods}. */
  List<ExecutableElement> methods() {
    return methods.stream().map(Method::element).toList();
  }

  /** Returns the constructors that could make instances, see {@link EndpointModel#constructors}. */
  List<ExecutableElement> constructors() {
    return constructors(type);
  }

  static List<ExecutableElement> constructors(TypeElement type) {
    List<ExecutableElement> all =
        ElementFilter.constructorsIn(type.getEnclosedElements()).stream()
            .filter(c -> !c.getModifiers().contains(Modifier.PRIVATE))
            .toList();
    List<ExecutableElement> injected = all.stream().filter(c -> mirror(c, INJECT) != null).toList();
    List<ExecutableElement> bare = all.stream().filter(c -> c.getParameters().isEmpty()).toList();
    return !injected.isEmpty() ? injected : !bare.isEmpty() ? bare : all;
  }

  EndpointModel model() {
    return new EndpointModel(
        elements.getBinaryName(type).toString(),
        flavor,
        flavor.isClient() ? "" : String.valueOf(value(annotation, "value")),
        flavor == Flavor.INTERFACE ? List.of() : strings(value(annotation, "subprotocols")),
        coders("decoders", "Decoder"),
        coders("encoders", "Encoder"),
        configurator(),
        isVisible() && (flavor == Flavor.INTERFACE ? isClient() : isConcrete(type)),
        flavor == Flavor.INTERFACE ? 1 : constructors(type).size(),
        settings(),
        methods.stream().map(Method::model).toList());
  }

  /**
   * Returns whether every type that it names is known; one may be that another processor generates
   * now, and that the next round has.
   */
  boolean isComplete() {
    List<ExecutableElement> all = new ArrayList<>(methods());
    all.addAll(ElementFilter.constructorsIn(type.getEnclosedElements()));
    for (ExecutableElement one : all) {
      boolean known = isKnown(one.getReturnType());
      for (VariableElement parameter : one.getParameters()) {
        known &= isKnown(parameter.asType());
      }
      if (!known) {
        return false;
      }
    }
    return true;
  }

  private static boolean isKnown(TypeMirror type) {
    return type.getKind() != TypeKind.ERROR
        && !(type instanceof ArrayType array && !isKnown(array.getComponentType()))
        && !(type instanceof DeclaredType declared
            && !declared.getTypeArguments().stream().allMatch(ElementModel::isKnown));
  }

  private boolean isVisible() {
    boolean visible = true;
    for (Element e = type; e instanceof TypeElement; e = e.getEnclosingElement()) {
      visible &= !e.getModifiers().contains(Modifier.PRIVATE);
    }
    return visible;
  }

  private boolean isClient() {
    TypeMirror closeable = elements.getTypeElement("java.lang.AutoCloseable").asType();
    return type.getKind() == ElementKind.INTERFACE
        && type.getTypeParameters().isEmpty()
        && types.isSubtype(type.asType(), closeable);
  }

  static boolean isConcrete(TypeElement type) {
    boolean inner =
        type.getNestingKind() != NestingKind.TOP_LEVEL
            && !type.getModifiers().contains(Modifier.STATIC);
    return (type.getKind() == ElementKind.CLASS || type.getKind() == ElementKind.RECORD)
        && !type.getModifiers().contains(Modifier.ABSTRACT)
        && !inner;
  }

  private EndpointSettings settings() {
    if (flavor != Flavor.TAUTLINE) {
      return EndpointSettings.DEFAULT;
    }
    return new EndpointSettings(
        (Integer) value(annotation, "maxMessageBytes"),
        (Long) value(annotation, "idleTimeoutMillis"),
        Compression.valueOf(constant("compression")),
        strings(value(annotation, "allowedOrigins")),
        SlowConsumer.valueOf(constant("slowConsumer")),
        (Integer) value(annotation, "maxQueuedBytes"),
        (Integer) value(annotation, "maxQueuedMessages"),
        strings(value(annotation, "limits")));
  }

  private String constant(String attribute) {
    return ((VariableElement) value(annotation, attribute)).getSimpleName().toString();
  }

  private @Nullable String configurator() {
    if (!isJakarta()) {
      return null;
    }
    String name = className((TypeMirror) value(annotation, "configurator"));
    return name.equals("jakarta.websocket.server.ServerEndpointConfig$Configurator") ? null : name;
  }

  private void collectCallbacks() {
    if (flavor == Flavor.INTERFACE) {
      Set<String> seen = new HashSet<>(); // two interfaces may have the same
      for (ExecutableElement method : ElementFilter.methodsIn(elements.getAllMembers(type))) {
        String signature = method.getSimpleName().toString() + erasures(method);
        if (callback(method) != null && seen.add(signature)) {
          methods.add(new Method(method, method(method)));
        }
      }
    } else {
      collectFromClasses();
    }
    methods.sort(Comparator.comparing(method -> method.model().toString())); // as reflection must
  }

  private void collectFromClasses() {
    List<ExecutableElement> seen = new ArrayList<>();
    TypeElement c = type;
    while (c != null && !c.getQualifiedName().contentEquals("java.lang.Object")) {
      for (ExecutableElement method : ElementFilter.methodsIn(c.getEnclosedElements())) {
        boolean overridden = seen.stream().anyMatch(nearer -> overrides(nearer, method));
        seen.add(method);
        if (!overridden && callback(method) != null) {
          methods.add(new Method(method, method(method)));
        }
      }
      c = (TypeElement) types.asElement(c.getSuperclass());
    }
  }

  /** Returns whether a method takes the place of one of a superclass, be it private. */
  private boolean overrides(ExecutableElement nearer, ExecutableElement method) {
    return elements.overrides(nearer, method, type)
        || (nearer.getSimpleName().equals(method.getSimpleName())
            && erasures(nearer).equals(erasures(method)));
  }

  private List<String> erasures(ExecutableElement method) {
    return method.getParameters().stream()
        .map(parameter -> types.erasure(parameter.asType()).toString())
        .toList();
  }

  /**
   * Returns a method as this class has it: with the type arguments that it gives to a superclass.
   */
  private ExecutableType inherited(ExecutableElement method) {
    return (ExecutableType) types.asMemberOf((DeclaredType) type.asType(), method);
  }

  /** Returns the types of the parameters of a method, in the order of {@link #methods}. */
  List<? extends TypeMirror> parameterTypes(int method) {
    return inherited(methods.get(method).element()).getParameterTypes();
  }

  private @Nullable Callback callback(ExecutableElement method) {
    for (AnnotationMirror mirror : method.getAnnotationMirrors()) {
      Callback callback = CALLBACKS.get(name(mirror));
      if (callback != null) {
        return callback;
      }
    }
    boolean sends =
        flavor == Flavor.INTERFACE
            && method.getModifiers().contains(Modifier.ABSTRACT)
            && !(method.getSimpleName().contentEquals("close") && method.getParameters().isEmpty());
    return sends ? Callback.SEND : null;
  }

  private MethodModel method(ExecutableElement method) {
    ExecutableType inherited = inherited(method);
    List<ParameterModel> parameters = new ArrayList<>();
    for (int p = 0; p < method.getParameters().size(); p++) {
      VariableElement parameter = method.getParameters().get(p);
      TypeMirror parameterType = inherited.getParameterTypes().get(p);
      AnnotationMirror path = mirror(parameter, PATH_PARAM);
      parameters.add(
          new ParameterModel(
              parameter.getSimpleName().toString(),
              typeModels.of(parameterType),
              path == null ? null : (String) value(path, "value"),
              typeModels.isNameable(parameterType),
              typeModels.isTextual(parameterType)));
    }
    Callback callback = callback(method);
    if (callback == null) {
      throw new IllegalArgumentException(method + " is no callback");
    }
    AnnotationMirror message = mirror(method, "jakarta.websocket.OnMessage");
    AnnotationMirror broadcast = mirror(method, "io.tautline.Broadcast");
    return new MethodModel(
        method.getSimpleName().toString(),
        callback,
        parameters,
        typeModels.of(inherited.getReturnType()),
        message == null ? -1 : (Long) value(message, "maxMessageSize"),
        broadcast == null ? null : (String) value(broadcast, "value"),
        isCallable(method));
  }

  private boolean isCallable(ExecutableElement method) {
    Set<Modifier> modifiers = method.getModifiers();
    if (flavor == Flavor.INTERFACE) {
      return modifiers.contains(Modifier.ABSTRACT);
    }
    boolean near =
        modifiers.contains(Modifier.PUBLIC)
            || elements.getPackageOf(method).equals(elements.getPackageOf(type));
    return near
        && !modifiers.contains(Modifier.STATIC)
        && !modifiers.contains(Modifier.PRIVATE)
        && !modifiers.contains(Modifier.ABSTRACT);
  }

  private List<CoderModel> coders(String attribute, String kind) {
    return isJakarta()
        ? new CoderModels(elements, types, typeModels).of(value(annotation, attribute), kind)
        : List.of();
  }

  /** Returns whether one of Jakarta's annotations describes the class, with coders. */
  private boolean isJakarta() {
    return flavor == Flavor.SERVER || flavor == Flavor.CLIENT;
  }

  private String className(TypeMirror mirror) {
    return elements.getBinaryName((TypeElement) types.asElement(mirror)).toString();
  }

  private static String name(AnnotationMirror mirror) {
    return ((TypeElement) mirror.getAnnotationType().asElement()).getQualifiedName().toString();
  }

  static @Nullable AnnotationMirror mirror(Element element, String annotation) {
    for (AnnotationMirror mirror : element.getAnnotationMirrors()) {
      if (name(mirror).equals(annotation)) {
        return mirror;
      }
    }
    return null;
  }

  /** Returns an attribute of an annotation, its default included. */
  Object value(AnnotationMirror mirror, String attribute) {
    for (var entry : elements.getElementValuesWithDefaults(mirror).entrySet()) {
      if (entry.getKey().getSimpleName().contentEquals(attribute)) {
        return entry.getValue().getValue();
      }
    }
    throw new IllegalArgumentException(mirror + " has no attribute " + attribute);
  }

  private static List<String> strings(Object values) {
    List<String> strings = new ArrayList<>();
    for (Object value : (List<?>) values) {
      strings.add((String) ((AnnotationValue) value).getValue());
    }
    return strings;
  }
}
