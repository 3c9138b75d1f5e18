package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompletionsTest {
  private final List<@Nullable Throwable> told = new ArrayList<>();
  private final Completions completions = new Completions();

  @Test
  void aFailureIsToldOnceHoweverManyLevelsNoteIt() {
    Completion completion = told::add;
    IOException cause = new IOException("a fault of the test's");
    completions.add(completion, cause);
    completions.tell(); // another thread that is about to tell of its own message
    completions.add(completion, cause);
    completions.tell();
    assertThat(told).containsExactly(cause);
  }

  @Test
  void aCallbackOfSeveralMessagesIsToldOfEach() {
    Completion completion = told::add;
    completions.add(completion, null);
    completions.add(completion, null);
    completions.tell();
    assertThat(told).containsExactly(null, null);
  }
}
