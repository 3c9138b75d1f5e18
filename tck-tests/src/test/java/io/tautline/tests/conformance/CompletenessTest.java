package io.tautline.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.tests.DiagnosticsAgreeTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every numbered assertion of the specification and every trap has a test, or a reason why not. */
class CompletenessTest {
  private static final List<Class<?>> SUITE =
      List.of(
          LifecycleConformanceTest.class,
          ConfigurationConformanceTest.class,
          AnnotationConformanceTest.class,
          InheritanceConformanceTest.class,
          DeploymentConformanceTest.class,
          CoderTrapsTest.class,
          SessionTrapsTest.class,
          HandshakeTrapsTest.class,
          DiagnosticsAgreeTest.class);

  @Test
  void everyAssertionHasATestOrAReason() throws IOException {
    Map<String, String> assertions = new TreeMap<>();
    try (InputStream file = getClass().getResourceAsStream("/conformance/assertions.txt");
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(file), StandardCharsets.UTF_8))) {
      reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(
              line -> {
                int bar = line.indexOf(" | ");
                assertions.put(line.substring(0, bar), line.substring(bar + 3));
              });
    }
    TreeSet<String> shown = new TreeSet<>();
    for (Class<?> type : SUITE) {
      for (Method method : type.getDeclaredMethods()) {
        Asserts asserts = method.getAnnotation(Asserts.class);
        if (asserts != null) {
          shown.addAll(List.of(asserts.value()));
        }
      }
    }
    TreeSet<String> applicable = new TreeSet<>(assertions.keySet());
    applicable.removeIf(id -> assertions.get(id).startsWith("n/a"));
    assertThat(assertions).hasSize(96 + 21);
    assertThat(shown).isEqualTo(applicable);
  }
}
