package io.tautline.tck;

import java.net.URL;
import java.net.URLClassLoader;

/** Child-first for everything the WAR carries; API packages always come from the parent. */
final class WarClassLoader extends URLClassLoader {
  WarClassLoader(URL[] urls, ClassLoader parent) {
    super(urls, parent);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> c = findLoadedClass(name);
      if (c == null && !name.startsWith("java.") && !name.startsWith("jakarta.")) {
        try {
          c = findClass(name);
        } catch (ClassNotFoundException fallThrough) {
          // parent
        }
      }
      if (c == null) {
        try {
          c = getParent().loadClass(name);
        } catch (ClassNotFoundException e) {
          c = findClass(name);
        }
      }
      if (resolve) {
        resolveClass(c);
      }
      return c;
    }
  }
}
