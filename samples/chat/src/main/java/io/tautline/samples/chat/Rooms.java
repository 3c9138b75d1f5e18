package io.tautline.samples.chat;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Every room by its name; a room comes with its first visitor and goes with its last. */
@Singleton
public class Rooms {
  private final Map<String, Room> rooms = new ConcurrentHashMap<>();

  /** Lets a visitor into a room, which comes into being with its first. */
  Room enter(String name) {
    return rooms.compute(name, (n, room) -> (room == null ? new Room() : room).visited());
  }

  /** Forgets a room that its last visitor leaves. */
  void leave(String name) {
    rooms.computeIfPresent(name, (n, room) -> room.left() ? null : room);
  }
}
