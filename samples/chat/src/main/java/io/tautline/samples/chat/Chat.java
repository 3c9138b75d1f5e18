package io.tautline.samples.chat;

import io.tautline.Endpoint;
import io.tautline.Peer;
import io.tautline.Room;
import io.tautline.samples.chat.Message.History;
import io.tautline.samples.chat.Message.Join;
import io.tautline.samples.chat.Message.Leave;
import io.tautline.samples.chat.Message.Members;
import io.tautline.samples.chat.Message.Refused;
import io.tautline.samples.chat.Message.Said;
import io.tautline.samples.chat.Message.Say;
import jakarta.inject.Inject;
import jakarta.websocket.DecodeException;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.PathParam;
import java.time.Instant;
import java.util.List;

/** One person's connection to a room. */
@Endpoint("/chat/{room}")
public class Chat {
  private static final int LONGEST_NAME = 40;
  private static final int LONGEST_TEXT = 2000;

  private final Talks talks;
  private String name = "";

  @Inject
  Chat(Talks talks) {
    this.talks = talks;
  }

  @OnMessage
  void join(Join join, Peer person, @PathParam("room") Room room) {
    String wanted = join.name() == null ? "" : join.name().strip();
    if (wanted.isEmpty() || wanted.length() > LONGEST_NAME) {
      person.send(new Refused("a name has 1 to " + LONGEST_NAME + " characters"));
      return;
    }
    talks.in(
        room.name(),
        talk -> {
          if (!wanted.equals(name) && !talk.names().add(wanted)) {
            person.send(new Refused("someone here is called " + wanted));
            return;
          }
          if (room.join(person.session())) {
            person.send(new History(List.copyOf(talk.said())));
          } else if (!wanted.equals(name)) {
            talk.names().remove(name);
          }
          name = wanted;
          room.send(new Members(List.copyOf(talk.names())));
        });
  }

  @OnMessage
  void say(Say say, Peer person, @PathParam("room") Room room) {
    if (name.isEmpty()) {
      person.send(new Refused("join with a name first"));
    } else if (say.text() == null || say.text().isBlank() || say.text().length() > LONGEST_TEXT) {
      person.send(new Refused("say something of 1 to " + LONGEST_TEXT + " characters"));
    } else {
      Said said = new Said(name, say.text(), Instant.now());
      talks.in(
          room.name(),
          talk -> {
            talk.remember(said);
            room.send(said);
          });
    }
  }

  @OnMessage
  void leave(Leave leave, Peer person, @PathParam("room") Room room) {
    close(person, room);
  }

  @OnClose
  void close(Peer person, @PathParam("room") Room room) {
    room.leave(person.session());
    talks.in(
        room.name(),
        talk -> {
          if (talk.names().remove(name)) {
            room.send(new Members(List.copyOf(talk.names())));
          }
        });
    name = "";
  }

  @OnError
  Refused refuse(DecodeException e) {
    return new Refused(String.valueOf(e.getMessage()));
  }
}
