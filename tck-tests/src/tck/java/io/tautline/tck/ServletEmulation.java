package io.tautline.tck;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import jakarta.servlet.annotation.WebServlet;
import jakarta.websocket.server.ServerContainer;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The only Servlet behaviour the spec-tests need: SCI from WEB-INF/lib, @WebListener,
 * ServletContext attributes and addListener(Class), and (one test) one @WebServlet.
 */
final class ServletEmulation {
  record Mapping(String path, Servlet servlet, ServletContext context) {}

  private final Map<String, Object> attributes = new ConcurrentHashMap<>();
  private final List<ServletContextListener> listeners = new ArrayList<>();
  private final List<Mapping> servlets = new ArrayList<>();
  private final ClassLoader loader;
  private final ServletContext context;

  ServletEmulation(String path, ClassLoader loader, ServerContainer container) {
    this.loader = loader;
    attributes.put("jakarta.websocket.server.ServerContainer", container);
    InvocationHandler h =
        (proxy, m, a) ->
            switch (m.getName()) {
              case "getAttribute" -> attributes.get((String) a[0]);
              case "setAttribute" -> attributes.put((String) a[0], a[1]) == null ? null : null;
              case "getContextPath" -> path;
              case "getClassLoader" -> loader;
              case "addListener" -> {
                if (a[0] instanceof Class<?> c) {
                  listeners.add((ServletContextListener) c.getDeclaredConstructor().newInstance());
                } else {
                  throw new UnsupportedOperationException("addListener(" + a[0] + ")");
                }
                yield null;
              }
              case "getInitParameter" -> null;
              case "hashCode" -> System.identityHashCode(proxy);
              case "equals" -> proxy == a[0];
              case "toString" -> "ServletContext" + path;
              default -> throw new UnsupportedOperationException(m.toString());
            };
    context =
        (ServletContext) Proxy.newProxyInstance(loader, new Class<?>[] {ServletContext.class}, h);
  }

  void startup(List<Class<?>> classes) throws Exception {
    // WAR only (URLClassLoader.findResources): the test class path's own SCIs must not run.
    Enumeration<URL> services =
        ((WarClassLoader) loader)
            .findResources("META-INF/services/jakarta.servlet.ServletContainerInitializer");
    for (URL url : Collections.list(services)) {
      try (InputStream in = url.openStream();
          BufferedReader r =
              new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        for (String line; (line = r.readLine()) != null; ) {
          String name = line.replaceFirst("#.*", "").trim();
          if (!name.isEmpty()) {
            System.err.println("[tck] SCI " + name);
            ((ServletContainerInitializer)
                    loader.loadClass(name).getDeclaredConstructor().newInstance())
                .onStartup(null, context);
          }
        }
      }
    }
    for (Class<?> c : classes) {
      if (c.isAnnotationPresent(WebListener.class)) {
        listeners.add((ServletContextListener) c.getDeclaredConstructor().newInstance());
      }
    }
    for (ServletContextListener l : listeners) {
      System.err.println("[tck] listener " + l.getClass().getName());
      l.contextInitialized(new ServletContextEvent(context));
    }
    for (Class<?> c : classes) {
      WebServlet w = c.getAnnotation(WebServlet.class);
      if (w != null) {
        Servlet s = (Servlet) c.getDeclaredConstructor().newInstance();
        s.init(
            (ServletConfig)
                Proxy.newProxyInstance(
                    loader,
                    new Class<?>[] {ServletConfig.class},
                    (p, m, a) ->
                        switch (m.getName()) {
                          case "getServletContext" -> context;
                          case "getServletName" -> c.getName();
                          default -> null;
                        }));
        String[] paths = w.value().length > 0 ? w.value() : w.urlPatterns();
        for (String p : paths) {
          System.err.println("[tck] servlet " + c.getName() + " at " + p);
          servlets.add(new Mapping(p, s, context));
        }
      }
    }
  }

  List<Mapping> servlets() {
    return servlets;
  }

  void shutdown() {
    for (ServletContextListener l : listeners) {
      l.contextDestroyed(new ServletContextEvent(context));
    }
  }
}
