package io.tautline.room;

import io.tautline.Room;
import io.tautline.container.Fanout;
import io.tautline.container.RoomKeeper;
import jakarta.websocket.Session;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rooms of one server. A room exists while someone is in it; what {@link #room} returns is a
 * name with methods.
 *
 * <p>Who is in a room changes under the lock of that room's entry in the map, and never while a
 * message is on its way to the members: each message goes to a copy.
 */
public final class LocalRooms implements RoomKeeper {
  /** The members of each room, by its name. */
  private final Map<String, Members> members = new ConcurrentHashMap<>();

  /** Which rooms each session is in. */
  private final Map<Session, Set<String>> rooms = new ConcurrentHashMap<>();

  /** No rooms yet. */
  public LocalRooms() {}

  @Override
  public Room room(String name) {
    return new Named(name);
  }

  @Override
  public Set<String> names() {
    return Set.copyOf(members.keySet());
  }

  @Override
  public List<Room> of(Session session) {
    Set<String> names = rooms.get(session);
    if (names == null) {
      return List.of();
    }
    synchronized (names) {
      return names.stream().<Room>map(Named::new).toList();
    }
  }

  @Override
  public void ended(Session session) {
    Set<String> names = rooms.remove(session);
    if (names != null) {
      synchronized (names) {
        names.forEach(name -> leave(name, session));
        names.clear();
      }
    }
  }

  @SuppressWarnings("NullAway") // null removes the entry
  private void leave(String name, Session session) {
    members.computeIfPresent(name, (n, room) -> room.remove(session) ? null : room);
  }

  private void enter(String name, Session session) {
    members.compute(
        name,
        (n, room) -> {
          Members entered = room == null ? new Members() : room;
          entered.add(session);
          return entered;
        });
  }

  private final class Named implements Room {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean join(Session session) {
      Set<String> names = rooms.computeIfAbsent(session, s -> new LinkedHashSet<>(2));
      synchronized (names) {
        if (!session.isOpen() || rooms.get(session) != names) {
          if (names.isEmpty()) {
            rooms.remove(session, names); // it has ended, and nobody will remove it later
          }
          return false;
        }
        if (names.add(name)) {
          enter(name, session);
          return true;
        }
        return false;
      }
    }

    @Override
    public boolean leave(Session session) {
      Set<String> names = rooms.get(session);
      if (names == null) {
        return false;
      }
      synchronized (names) {
        if (!names.remove(name)) {
          return false;
        }
        LocalRooms.this.leave(name, session);
        return true;
      }
    }

    @Override
    public Set<Session> members() {
      Members room = members.get(name);
      return room == null ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(room.now()));
    }

    @Override
    public void send(Object message) {
      Members room = members.get(name);
      if (room != null) {
        Fanout.send(room.now(), null, message);
      }
    }

    @Override
    public void sendToOthers(Session except, Object message) {
      Members room = members.get(name);
      if (room != null) {
        Fanout.send(room.now(), except, message);
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Named that && that.name.equals(name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }

    @Override
    public String toString() {
      return "room " + name;
    }
  }
}
