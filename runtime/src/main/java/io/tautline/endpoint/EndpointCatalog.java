package io.tautline.endpoint;

import io.github.classgraph.ClassGraph;
import io.github.classgraph.ClassInfo;
import io.github.classgraph.ClassInfoList.ClassInfoFilter;
import io.github.classgraph.ScanResult;
import io.tautline.Endpoint;
import io.tautline.spi.EndpointBinder;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.jar.Attributes.Name;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** Finds the endpoint classes of an application: by the processor's index, else by a scan. */
public final class EndpointCatalog {
  private static final String INDEX = "META-INF/services/" + EndpointBinder.class.getName();

  /** The jars that come with this one: how their names begin, and a class of each. */
  private static final Map<String, String> OURS =
      Map.ofEntries(
          Map.entry("tautline-api-", "io.tautline.Endpoint"),
          Map.entry("tautline-runtime-", "io.tautline.endpoint.EndpointCatalog"),
          Map.entry("jakarta.websocket-api-", "jakarta.websocket.server.ServerEndpoint"),
          Map.entry("jakarta.websocket-client-api-", "jakarta.websocket.Session"),
          Map.entry("jakarta.inject-api-", "jakarta.inject.Inject"),
          Map.entry("jspecify-", "org.jspecify.annotations.Nullable"),
          Map.entry("avaje-inject-", "io.avaje.inject.BeanScope"),
          Map.entry("avaje-inject-aop-", "io.avaje.inject.aop.Aspect"),
          Map.entry("avaje-inject-events-", "io.avaje.inject.events.Event"),
          Map.entry("avaje-applog-", "io.avaje.applog.AppLog"),
          Map.entry("jackson-annotations-", "com.fasterxml.jackson.annotation.JsonProperty"),
          Map.entry("jackson-core-", "tools.jackson.core.JsonParser"),
          Map.entry("jackson-databind-", "tools.jackson.databind.ObjectMapper"),
          Map.entry("classgraph-", "io.github.classgraph.ClassGraph"),
          Map.entry("tls-channel-", "tlschannel.TlsChannel"),
          Map.entry("slf4j-api-", "org.slf4j.Logger"));

  private static final ClassInfoFilter CONCRETE =
      found -> found.isStandardClass() && !found.isAbstract();

  private final ClassLoader loader;

  /**
   * @param loader loads the application
   */
  public EndpointCatalog(ClassLoader loader) {
    this.loader = loader;
  }

  /** Returns the binder that was generated for a class, or else one that calls it by reflection. */
  public static EndpointBinder binder(Class<?> type) {
    String name = type.getName();
    int dot = name.lastIndexOf('.') + 1;
    String generated = name.substring(0, dot) + name.substring(dot).replace('$', '_') + "_Binder";
    try {
      Class<?> binder = Class.forName(generated, true, type.getClassLoader());
      if (EndpointBinder.class.isAssignableFrom(binder)) {
        return (EndpointBinder) binder.getDeclaredConstructor().newInstance();
      }
    } catch (ReflectiveOperationException none) {
      // compiled without the processor
    }
    return ReflectiveBinder.of(type);
  }

  /**
   * What has been found.
   *
   * @param binders of every annotated server endpoint
   * @param classes those of {@link ServerApplicationConfig}, which choose what is served if there
   *     are any, and with them those of {@code jakarta.websocket.Endpoint} to choose from
   */
  public record Found(List<EndpointBinder> binders, Set<Class<?>> classes) {}

  /**
   * Returns the server endpoints: those of the index first, then those found in the directories and
   * jars that have no index. A {@link ServerApplicationConfig} in a jar that has one is found by
   * its service file, and then all is scanned: the index has no programmatic endpoints.
   */
  public Found find() {
    List<EndpointBinder> binders = new ArrayList<>();
    Set<Class<?>> classes = new LinkedHashSet<>();
    ServiceLoader.load(ServerApplicationConfig.class, loader).stream()
        .forEach(config -> classes.add(config.type()));
    Set<String> indexed = new HashSet<>();
    for (EndpointBinder binder : ServiceLoader.load(EndpointBinder.class, loader)) {
      if (indexed.add(binder.model().className())) {
        binders.add(binder);
      }
    }
    Set<String> elements = classes.isEmpty() ? indexedElements() : new HashSet<>();
    if (!covers(elements)) {
      elements.addAll(librariesOfOurs());
      if (!covers(elements)) {
        scan(elements, indexed, binders, classes);
      }
    }
    return new Found(binders, classes);
  }

  /** Returns the paths of the directories and jars whose classes the processor has seen. */
  private Set<String> indexedElements() {
    Set<String> elements = new HashSet<>();
    try {
      for (URL url : Collections.list(loader.getResources(INDEX))) {
        String path = url.getPath();
        String element = path.substring(0, path.length() - INDEX.length());
        String at = canonical(element.replaceFirst("^file:", "").replaceFirst("!?/$", ""));
        if (!namesOthers(at)) {
          elements.add(at);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading the endpoint index failed", e);
    }
    return elements;
  }

  /** Returns whether it is a jar whose manifest names others, which may have no index. */
  private static boolean namesOthers(String element) throws IOException {
    if (!new File(element).isFile()) {
      return false;
    }
    try (JarFile jar = new JarFile(element)) {
      Manifest manifest = jar.getManifest();
      return manifest != null && manifest.getMainAttributes().containsKey(Name.CLASS_PATH);
    }
  }

  /** Returns the paths of the jars that come with Tautline: no endpoint is there. */
  private Set<String> librariesOfOurs() {
    Set<String> elements = new HashSet<>();
    OURS.forEach(
        (name, type) -> {
          try {
            CodeSource source =
                Class.forName(type, false, loader).getProtectionDomain().getCodeSource();
            String path = source == null ? "" : source.getLocation().getPath();
            // By its name too, as the class may be one of many in the application's own jar.
            if (path.endsWith(".jar") && new File(path).getName().startsWith(name)) {
              elements.add(canonical(path));
            }
          } catch (ClassNotFoundException absent) {
            // nor is its jar
          }
        });
    return elements;
  }

  /** Returns whether the index covers the whole class path, as in a fat jar: no scan then. */
  private boolean covers(Set<String> indexed) {
    if (loader != ClassLoader.getSystemClassLoader()) {
      return false;
    }
    StringTokenizer classPath =
        new StringTokenizer(System.getProperty("java.class.path", ""), File.pathSeparator);
    while (classPath.hasMoreTokens()) {
      if (!indexed.contains(canonical(classPath.nextToken()))) {
        return false;
      }
    }
    return true;
  }

  private static String canonical(String path) {
    try {
      return new File(path).getCanonicalPath();
    } catch (IOException e) {
      return path;
    }
  }

  private void scan(
      Set<String> except, Set<String> known, List<EndpointBinder> binders, Set<Class<?>> classes) {
    try (ScanResult result =
        new ClassGraph()
            .overrideClassLoaders(loader)
            .enableAnnotationInfo()
            .ignoreClassVisibility()
            .rejectPackages("java", "tools.jackson", "com.fasterxml", "io.avaje")
            .filterClasspathElements(path -> !except.contains(canonical(path)))
            .scan()) {
      for (Class<?> annotation : List.of(Endpoint.class, ServerEndpoint.class)) {
        for (ClassInfo found : result.getClassesWithAnnotation(annotation.getName())) {
          if (known.add(found.getName())) {
            binders.add(ReflectiveBinder.of(found.loadClass()));
          }
        }
      }
      String config = ServerApplicationConfig.class.getName();
      classes.addAll(result.getClassesImplementing(config).filter(CONCRETE).loadClasses());
      if (!classes.isEmpty()) {
        String endpoint = jakarta.websocket.Endpoint.class.getName();
        classes.addAll(result.getSubclasses(endpoint).filter(CONCRETE).loadClasses());
      }
    }
  }
}
