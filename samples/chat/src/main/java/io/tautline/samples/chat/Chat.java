package io.tautline.samples.chat;

import io.tautline.Endpoint;
import io.tautline.samples.chat.Message.Join;
import io.tautline.samples.chat.Message.Leave;
import io.tautline.samples.chat.Message.Refused;
import io.tautline.samples.chat.Message.Say;
import jakarta.inject.Inject;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import org.jspecify.annotations.Nullable;

/** One person's connection to a room. */
@Endpoint("/chat/{room}")
public class Chat {
  private static final int LONGEST_NAME = 40;
  private static final int LONGEST_TEXT = 2000;

  private final Rooms rooms;
  private @Nullable Room room;

  @Inject
  Chat(Rooms rooms) {
    this.rooms = rooms;
  }

  @OnOpen
  void open(@PathParam("room") String name) {
    room = rooms.enter(name);
  }

  @OnMessage
  @Nullable Message receive(Message message, Session person) {
    Room here = room;
    if (here == null) {
      return new Refused("you are in no room");
    }
    if (message instanceof Join join) {
      String name = join.name() == null ? "" : join.name().strip();
      if (name.isEmpty() || name.length() > LONGEST_NAME) {
        return new Refused("a name has 1 to " + LONGEST_NAME + " characters");
      }
      return here.join(person, name) ? null : new Refused("someone here is called " + name);
    }
    if (message instanceof Say say) {
      if (say.text() == null || say.text().isBlank() || say.text().length() > LONGEST_TEXT) {
        return new Refused("say something of 1 to " + LONGEST_TEXT + " characters");
      }
      return here.say(person, say.text()) ? null : new Refused("join with a name first");
    }
    if (message instanceof Leave) {
      here.leave(person);
      return null;
    }
    return new Refused("only join, say and leave are for you to send");
  }

  @OnClose
  void close(Session person, @PathParam("room") String name) {
    if (room != null) {
      room.leave(person);
      rooms.leave(name);
    }
  }
}
