package io.tautline.samples.chat;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Every room by its name; a room comes with its first visitor. */
@Singleton
public class Rooms {
  private final Map<String, Room> rooms = new ConcurrentHashMap<>();

  Room room(String name) {
    return rooms.computeIfAbsent(name, n -> new Room());
  }
}
