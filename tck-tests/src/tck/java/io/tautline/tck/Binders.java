package io.tautline.tck;

import io.tautline.endpoint.ReflectiveBinder;
import io.tautline.processor.TautlineProcessor;
import io.tautline.spi.EndpointBinder;
import java.io.File;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/**
 * How the endpoints of an application are called: by reflection, or, with {@code
 * -Dtck.generated=true}, by what the annotation processor generates for them.
 */
final class Binders {
  private static final boolean GENERATED = Boolean.getBoolean("tck.generated");
  private static final AtomicInteger GENERATED_COUNT = new AtomicInteger();
  private static final AtomicInteger REFLECTED_COUNT = new AtomicInteger();

  private Binders() {}

  /** Runs the processor over endpoint classes; those that it refuses have no binder then. */
  static void generate(List<String> endpoints, List<URL> application, Path out) {
    if (!GENERATED) {
      return;
    }
    String classPath =
        application.stream().map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
            + File.pathSeparator
            + System.getProperty("java.class.path");
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    for (String endpoint : endpoints) {
      DiagnosticCollector<JavaFileObject> told = new DiagnosticCollector<>();
      JavaCompiler.CompilationTask task =
          javac.getTask(
              null,
              null,
              told,
              List.of("-nowarn", "-d", out.toString(), "-cp", classPath),
              List.of(endpoint),
              null);
      task.setProcessors(List.of(new TautlineProcessor()));
      if (!task.call()) {
        System.err.println("[tck] no binder for " + endpoint + ": " + told.getDiagnostics());
      }
    }
  }

  /** Returns the generated binder if there is one. */
  static EndpointBinder of(Class<?> type, ClassLoader loader) {
    if (GENERATED) {
      String simple = type.getName().substring(type.getName().lastIndexOf('.') + 1);
      String name = type.getPackageName() + "." + simple.replace('$', '_') + "_Binder";
      try {
        Object binder = Class.forName(name, true, loader).getDeclaredConstructor().newInstance();
        GENERATED_COUNT.incrementAndGet();
        return (EndpointBinder) binder;
      } catch (ClassNotFoundException refused) {
        // deployment is to refuse it too
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(name, e);
      }
    }
    REFLECTED_COUNT.incrementAndGet();
    return ReflectiveBinder.of(type);
  }

  static String counts() {
    return GENERATED_COUNT
        + " server endpoints by generated binders, "
        + REFLECTED_COUNT
        + " by reflection";
  }
}
