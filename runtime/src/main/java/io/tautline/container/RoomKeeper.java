package io.tautline.container;

import io.tautline.Room;
import io.tautline.Rooms;
import jakarta.websocket.Session;
import java.util.List;

/** The rooms of an application, as the container needs them. */
public interface RoomKeeper extends Rooms {
  /** Returns the rooms that a session is in. */
  List<Room> of(Session session);

  /** Lets a session out of every room, because it has ended. */
  void ended(Session session);
}
