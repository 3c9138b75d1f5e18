package io.tautline.tck;

import jakarta.websocket.Endpoint;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.descriptor.api.Descriptor;

/**
 * In-process container: explode the WAR, child-first class loader, scan, emulate the bits of
 * Servlet, serve.
 */
public final class TckContainer implements DeployableContainer<TckConfiguration> {
  private final Map<String, App> apps = new ConcurrentHashMap<>();

  private record App(
      ServerRuntime runtime, WarClassLoader loader, ServletEmulation servlet, Path dir) {}

  @Override
  public Class<TckConfiguration> getConfigurationClass() {
    return TckConfiguration.class;
  }

  @Override
  public void setup(TckConfiguration configuration) {}

  @Override
  public void start() {}

  @Override
  public void stop() {}

  @Override
  public ProtocolDescription getDefaultProtocol() {
    return new ProtocolDescription("Local");
  }

  @Override
  public void deploy(Descriptor descriptor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void undeploy(Descriptor descriptor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      Path tmp = Files.createTempDirectory("tck-war");
      Path root = tmp.resolve("app");
      // Not ExplodedExporter: it explodes the jars in WEB-INF/lib as well.
      try (ZipInputStream zip =
          new ZipInputStream(archive.as(ZipExporter.class).exportAsInputStream())) {
        for (ZipEntry e; (e = zip.getNextEntry()) != null; ) {
          Path target = root.resolve(e.getName()).normalize();
          if (!target.startsWith(root)) {
            throw new IOException("bad entry " + e.getName());
          }
          if (e.isDirectory()) {
            Files.createDirectories(target);
          } else {
            Files.createDirectories(target.getParent());
            Files.copy(zip, target);
          }
        }
      }
      List<URL> urls = new ArrayList<>();
      List<String> classNames = new ArrayList<>();
      Path classes = root.resolve("WEB-INF/classes");
      if (Files.isDirectory(classes)) {
        urls.add(classes.toUri().toURL());
        try (Stream<Path> walk = Files.walk(classes)) {
          walk.map(p -> classes.relativize(p).toString())
              .filter(n -> n.endsWith(".class"))
              .forEach(n -> classNames.add(n.substring(0, n.length() - 6).replace('/', '.')));
        }
      }
      Path lib = root.resolve("WEB-INF/lib");
      if (Files.isDirectory(lib)) {
        try (Stream<Path> jars = Files.list(lib)) {
          for (Path jar : (Iterable<Path>) jars.sorted()::iterator) {
            urls.add(jar.toUri().toURL());
            try (JarFile jf = new JarFile(jar.toFile())) {
              jf.stream()
                  .map(e -> e.getName())
                  .filter(n -> n.endsWith(".class"))
                  .forEach(n -> classNames.add(n.substring(0, n.length() - 6).replace('/', '.')));
            }
          }
        }
      }
      Path binders = Files.createDirectories(tmp.resolve("binders"));
      urls.add(binders.toUri().toURL());
      WarClassLoader loader =
          new WarClassLoader(urls.toArray(URL[]::new), TckContainer.class.getClassLoader());
      thread.setContextClassLoader(loader);

      Set<Class<?>> scan = new LinkedHashSet<>();
      List<Class<?>> all = new ArrayList<>();
      classNames.sort(null);
      for (String name : classNames) {
        Class<?> c;
        try {
          c = Class.forName(name, false, loader);
          all.add(c);
          if (c.isAnnotationPresent(ServerEndpoint.class)
              || ServerApplicationConfig.class.isAssignableFrom(c)
              || Endpoint.class.isAssignableFrom(c)) {
            if (!c.isInterface() && !Modifier.isAbstract(c.getModifiers())) {
              scan.add(c);
            }
          }
        } catch (ClassNotFoundException | LinkageError notLoadableHere) {
          System.err.println("[tck] scan skips " + name + ": " + notLoadableHere);
        }
      }
      String context = "/" + archive.getName().replaceFirst("\\.war$", "");
      Binders.generate(
          scan.stream()
              .filter(type -> type.isAnnotationPresent(ServerEndpoint.class))
              .map(Class::getName)
              .toList(),
          urls,
          binders);
      ServerRuntime runtime = new ServerRuntime(scan, loader);
      ServletEmulation servlet = new ServletEmulation(context, loader, runtime.serverContainer());
      int port;
      try {
        servlet.startup(all);
        runtime.servlets(servlet.servlets());
        port = runtime.start(context);
      } catch (Exception refused) {
        // GOTCHA: the TCK's negative-deployment classes do not use @ShouldThrowException. deploy()
        // must
        // "succeed" with nothing served, otherwise the class errors out before its tests run.
        System.err.println("[tck] application " + context + " refused: " + refused);
        if (!context.startsWith("/wsc_negdep_")) {
          throw new DeploymentException(
              "only negative-deployment applications may be refused", refused);
        }
        port = 9; // nothing listens: every connect fails
      }
      apps.put(archive.getName(), new App(runtime, loader, servlet, tmp));
      HTTPContext http = new HTTPContext("localhost", port);
      http.add(new Servlet("default", context));
      return new ProtocolMetaData().addContext(http);
    } catch (IOException e) {
      throw new DeploymentException("cannot explode " + archive.getName(), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public void undeploy(Archive<?> archive) throws DeploymentException {
    App app = apps.remove(archive.getName());
    if (app == null) {
      return;
    }
    app.runtime().close();
    app.servlet().shutdown();
    try {
      app.loader().close();
      Files.walkFileTree(
          app.dir(),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path f, BasicFileAttributes a) throws IOException {
              Files.delete(f);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path d, IOException e) throws IOException {
              Files.delete(d);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
