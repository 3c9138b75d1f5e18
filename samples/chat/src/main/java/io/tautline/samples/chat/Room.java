package io.tautline.samples.chat;

import io.tautline.samples.chat.Message.History;
import io.tautline.samples.chat.Message.Members;
import io.tautline.samples.chat.Message.Said;
import jakarta.websocket.Session;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A room: who is here, and what was said last. */
final class Room {
  private static final int REMEMBERED = 50;

  private int visitors;
  private final Map<Session, String> members = new LinkedHashMap<>();
  private final ArrayDeque<Said> history = new ArrayDeque<>();

  synchronized Room visited() {
    visitors++;
    return this;
  }

  /** A visitor leaves; returns whether it was the last. */
  synchronized boolean left() {
    return --visitors == 0;
  }

  /** Lets a person in, or changes their name; false if someone else has that name. */
  synchronized boolean join(Session person, String name) {
    if (members.entrySet().stream()
        .anyMatch(other -> other.getKey() != person && other.getValue().equals(name))) {
      return false;
    }
    if (members.put(person, name) == null) {
      send(person, new History(List.copyOf(history)));
    }
    tellMembers();
    return true;
  }

  /** Everyone hears it; false if the person has no name yet. */
  synchronized boolean say(Session person, String text) {
    String name = members.get(person);
    if (name == null) {
      return false;
    }
    Said said = new Said(name, text, Instant.now());
    history.add(said);
    if (history.size() > REMEMBERED) {
      history.remove();
    }
    members.keySet().forEach(member -> send(member, said));
    return true;
  }

  /** Lets a person out. */
  synchronized void leave(Session person) {
    if (members.remove(person) != null) {
      tellMembers();
    }
  }

  private void tellMembers() {
    Members here = new Members(List.copyOf(members.values()));
    members.keySet().forEach(member -> send(member, here));
  }

  private static void send(Session person, Message message) {
    if (person.isOpen()) {
      // Whoever cannot be reached is closed, and leaves by that.
      person.getAsyncRemote().sendObject(message, sent -> {});
    }
  }
}
