package io.tautline.room;

import io.tautline.Room;
import io.tautline.container.Fanout;
import io.tautline.container.RoomKeeper;
import jakarta.websocket.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of one server. A room exists while someone is in it; what {@link #room} returns is a
 * name with methods.
 *
 * <p>Who is in a room changes under the lock of that room's entry in the map, and never while a
 * message is on its way to the members: each message goes to a copy.
 */
public final class LocalRooms implements RoomKeeper {
  /** Who is in which room; each array is replaced, never changed, so that sending needs no lock. */
  private final Map<String, Session[]> members = new ConcurrentHashMap<>();

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
        names.forEach(name -> members.computeIfPresent(name, (n, all) -> without(all, session)));
        names.clear();
      }
    }
  }

  private static Session[] with(Session @Nullable [] all, Session session) {
    if (all == null) {
      return new Session[] {session};
    }
    Session[] more = Arrays.copyOf(all, all.length + 1);
    more[all.length] = session;
    return more;
  }

  /** Returns the members but one; null if nobody is left, so that the room is gone. */
  @SuppressWarnings("NullAway") // null removes the entry
  private static Session @Nullable [] without(Session[] all, Session session) {
    List<Session> fewer = new ArrayList<>(all.length);
    for (Session one : all) {
      if (one != session) {
        fewer.add(one);
      }
    }
    return fewer.isEmpty() ? null : fewer.toArray(Session[]::new);
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
          members.compute(name, (n, all) -> with(all, session));
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
        members.computeIfPresent(name, (n, all) -> without(all, session));
        return true;
      }
    }

    @Override
    public Set<Session> members() {
      Session[] all = members.get(name);
      return all == null
          ? Set.of()
          : Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(all)));
    }

    @Override
    public void send(Object message) {
      Session[] all = members.get(name);
      if (all != null) {
        Fanout.send(Arrays.asList(all), null, message);
      }
    }

    @Override
    public void sendToOthers(Session except, Object message) {
      Session[] all = members.get(name);
      if (all != null) {
        Fanout.send(Arrays.asList(all), except, message);
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
