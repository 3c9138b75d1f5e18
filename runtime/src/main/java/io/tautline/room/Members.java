package io.tautline.room;

import jakarta.websocket.Session;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is in one room, in the order in which they joined. A message goes to a copy, which is made
 * when the first is sent after someone has joined or left: so that many may join or leave at once.
 */
final class Members {
  private final Set<Session> all = new LinkedHashSet<>();
  private volatile Session @Nullable [] copy;

  synchronized void add(Session session) {
    all.add(session);
    copy = null;
  }

  /** Removes one; returns whether nobody is left. */
  synchronized boolean remove(Session session) {
    all.remove(session);
    copy = null;
    return all.isEmpty();
  }

  /** Returns those who are in it now, whoever joins or leaves later. */
  List<Session> now() {
    Session[] known = copy;
    return Arrays.asList(known == null ? copied() : known);
  }

  private synchronized Session[] copied() {
    Session[] made = all.toArray(Session[]::new);
    copy = made;
    return made;
  }
}
