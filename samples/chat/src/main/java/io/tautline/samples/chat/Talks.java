package io.tautline.samples.chat;

import io.tautline.samples.chat.Message.Said;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What is remembered of each room while someone is there. */
@Singleton
public class Talks {
  /** Who is in a room, in the order in which they came, and what was said last. */
  record Talk(Set<String> names, ArrayDeque<Said> said) {
    private static final int REMEMBERED = 50;

    void remember(Said words) {
      said.add(words);
      if (said.size() > REMEMBERED) {
        said.remove();
      }
    }
  }

  private final Map<String, Talk> talks = new ConcurrentHashMap<>();

  /** Does something in a room, with nobody else at it; a room that is empty then is forgotten. */
  void in(String room, Consumer<Talk> action) {
    talks.compute(
        room,
        (name, before) -> {
          Talk talk = before != null ? before : new Talk(new LinkedHashSet<>(), new ArrayDeque<>());
          action.accept(talk);
          return talk.names.isEmpty() ? null : talk;
        });
  }
}
