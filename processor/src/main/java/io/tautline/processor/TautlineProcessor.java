package io.tautline.processor;

import io.tautline.model.EndpointModel;
import io.tautline.model.EndpointRules;
import io.tautline.model.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic.Kind;
import javax.tools.FileObject;
import javax.tools.StandardLocation;

/**
 * Checks endpoint classes and generates their binders and the index of them.
 *
 * <p>Every problem is told on the exact class, method or parameter; a class without errors gets a
 * binder beside it and a line in the index that {@link java.util.ServiceLoader} reads.
 */
public final class TautlineProcessor extends AbstractProcessor {
  private static final String INDEX = "META-INF/services/io.tautline.spi.EndpointBinder";

  private final List<EndpointModel> models = new ArrayList<>();
  private final Set<String> binders = new TreeSet<>();

  /** Classes that name types which do not exist yet; looked at again in the next round. */
  private final Set<String> incomplete = new TreeSet<>();

  /** For javac. */
  public TautlineProcessor() {}

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return ElementModel.ENDPOINTS.keySet();
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    List<TypeElement> types = new ArrayList<>();
    for (String name : incomplete) {
      types.add(processingEnv.getElementUtils().getTypeElement(name));
    }
    incomplete.clear();
    TypeElement[] present = annotations.toArray(TypeElement[]::new);
    types.addAll(ElementFilter.typesIn(round.getElementsAnnotatedWithAny(present)));
    if (!round.processingOver()) { // what is incomplete at the end is javac's to tell
      types.forEach(this::endpoint);
    }
    if (round.processingOver() && !binders.isEmpty()) {
      writeIndex();
    }
    return false; // Jakarta's annotations may be another processor's too
  }

  private void endpoint(TypeElement type) {
    try {
      ElementModel source =
          ElementModel.of(processingEnv.getElementUtils(), processingEnv.getTypeUtils(), type);
      if (source == null) {
        return;
      }
      if (!source.isComplete()) {
        incomplete.add(type.getQualifiedName().toString());
        return;
      }
      EndpointModel model = source.model();
      boolean sound = report(source, EndpointRules.check(model));
      for (EndpointModel other : models) {
        Problem problem = EndpointRules.samePath(other, model);
        sound &= problem == null || report(source, List.of(problem));
      }
      models.add(model);
      if (sound && model.instantiable()) { // else nothing generated can name it
        write(source, model);
      }
    } catch (IOException | RuntimeException e) {
      processingEnv
          .getMessager()
          .printMessage(Kind.ERROR, "Tautline could not process this class: " + e, type);
    }
  }

  /** Tells every problem where it is; returns whether none is an error. */
  private boolean report(ElementModel source, List<Problem> problems) {
    boolean sound = true;
    for (Problem problem : problems) {
      Kind kind = problem.error() ? Kind.ERROR : Kind.WARNING;
      sound &= !problem.error();
      if (problem.method() < 0) {
        processingEnv
            .getMessager()
            .printMessage(kind, problem.message(), source.type(), source.annotation());
      } else {
        ExecutableElement method = source.methods().get(problem.method());
        boolean onMethod = problem.parameter() < 0;
        Element place = onMethod ? method : method.getParameters().get(problem.parameter());
        processingEnv.getMessager().printMessage(kind, problem.message(), place);
      }
    }
    return sound;
  }

  private void write(ElementModel source, EndpointModel model) throws IOException {
    BinderSource binder =
        new BinderSource(
            processingEnv.getElementUtils(), processingEnv.getTypeUtils(), source, model);
    Filer filer = processingEnv.getFiler();
    try (Writer file = filer.createSourceFile(binder.name(), source.type()).openWriter()) {
      file.write(binder.text());
    }
    binders.add(binder.name());
  }

  /** Writes the index; lines of an earlier run stay as long as their binders exist. */
  private void writeIndex() {
    Filer filer = processingEnv.getFiler();
    for (String before : readIndex(filer)) {
      if (processingEnv.getElementUtils().getTypeElement(before) != null) {
        binders.add(before);
      }
    }
    try (Writer file =
        filer.createResource(StandardLocation.CLASS_OUTPUT, "", INDEX).openWriter()) {
      file.write(String.join("\n", binders) + "\n");
    } catch (IOException e) {
      processingEnv
          .getMessager()
          .printMessage(Kind.ERROR, "Tautline could not write " + INDEX + ": " + e);
    }
  }

  private static List<String> readIndex(Filer filer) {
    try {
      FileObject file = filer.getResource(StandardLocation.CLASS_OUTPUT, "", INDEX);
      try (BufferedReader reader = new BufferedReader(file.openReader(true))) {
        return reader.lines().filter(line -> !line.isBlank()).toList();
      }
    } catch (IOException | RuntimeException noneYet) {
      return List.of();
    }
  }
}
