package io.tautline.endpoint;

import io.avaje.inject.BeanScope;
import io.avaje.inject.spi.AvajeModule;
import io.avaje.inject.spi.InjectExtension;
import io.tautline.spi.Beans;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Beans wired by avaje-inject, at compile time; the scope is built when the first is asked for. */
public final class AvajeBeans implements Beans, AutoCloseable {
  private final ClassLoader loader;
  private @Nullable BeanScope scope;
  private boolean closed;

  /**
   * @param loader finds the modules that avaje-inject generated
   */
  public AvajeBeans(ClassLoader loader) {
    this.loader = loader;
  }

  @Override
  public <T> Optional<T> find(Class<T> type, @Nullable String name) {
    BeanScope beans = scope();
    return beans == null ? Optional.empty() : beans.getOptional(type, name);
  }

  @Override
  public <T> T get(Class<T> type, @Nullable String name) {
    return find(type, name).orElseThrow(() -> new NoSuchElementException(missing(type, name)));
  }

  private static String missing(Class<?> type, @Nullable String name) {
    String named = name == null ? "" : " named " + name;
    return "no bean of type "
        + type.getName()
        + named
        + ". Annotate a class @Singleton and compile it with avaje-inject-generator.";
  }

  /**
   * Returns the beans; null if the application has none, about which avaje would complain, or has
   * them no more.
   */
  private synchronized @Nullable BeanScope scope() {
    BeanScope beans = scope;
    if (beans == null && !closed && hasModules()) {
      Wiring.hush();
      beans = BeanScope.builder().classLoader(loader).build();
      scope = beans;
    }
    return beans;
  }

  /** What avaje tells of each wiring, at INFO, between the lines that users look for. */
  private static final class Wiring {
    /** Kept, as its level would be forgotten with it. */
    private static final Logger LOG = Logger.getLogger("io.avaje.inject");

    static void hush() {
      if (LOG.getLevel() == null) {
        LOG.setLevel(Level.WARNING);
      }
    }
  }

  private boolean hasModules() {
    for (InjectExtension extension : ServiceLoader.load(InjectExtension.class, loader)) {
      if (extension instanceof AvajeModule) {
        return true;
      }
    }
    return false;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (scope != null) {
      scope.close();
      scope = null;
    }
  }
}
