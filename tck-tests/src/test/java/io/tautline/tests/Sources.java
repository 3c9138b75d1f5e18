package io.tautline.tests;

import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import javax.tools.JavaFileObject;

/** Classes compiled within a test, without our processor. */
public final class Sources {
  private Sources() {}

  /** Compiles a class and loads it. */
  public static Class<?> compile(String name, String source)
      throws IOException, ClassNotFoundException {
    Compilation compilation =
        Compiler.javac()
            .withOptions("-proc:none", "-parameters")
            .compile(JavaFileObjects.forSourceString(name, source));
    assertThat(compilation).succeeded();
    return new Compiled(compilation).loadClass(name);
  }

  /** Loads what a compilation made. */
  private static final class Compiled extends ClassLoader {
    private final Map<String, byte[]> classes = new HashMap<>();

    Compiled(Compilation compilation) throws IOException {
      super(Sources.class.getClassLoader());
      for (JavaFileObject file : compilation.generatedFiles()) {
        if (file.getKind() == JavaFileObject.Kind.CLASS) {
          String name = file.getName().replaceFirst("^/CLASS_OUTPUT/", "");
          try (InputStream in = file.openInputStream()) {
            classes.put(name.replace(".class", "").replace('/', '.'), in.readAllBytes());
          }
        }
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] bytes = classes.get(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }
}
