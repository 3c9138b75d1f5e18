package io.tautline.boot;

import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;

/**
 * Has SIGTERM and Ctrl-C end the process with status 0, as one that did what it was asked to; Java
 * alone makes it 143 and 130. Every shutdown hook runs, and {@link System#exit} keeps its status.
 *
 * <p>Java's signals are reached by reflection: module {@code jdk.unsupported} may be left out.
 */
final class Signals {
  private static final System.Logger LOG = System.getLogger("io.tautline.boot");

  private Signals() {}

  static void endWithSuccess() {
    for (String name : new String[] {"TERM", "INT"}) {
      try {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object exit =
            Proxy.newProxyInstance(
                Signals.class.getClassLoader(),
                new Class<?>[] {handler},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("handle")) {
                    System.exit(0);
                  }
                  throw new UnsupportedOperationException(method.getName());
                });
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), exit);
      } catch (ReflectiveOperationException e) {
        LOG.log(Level.DEBUG, "SIG" + name + " keeps the status that Java gives it", e);
      }
    }
  }
}
