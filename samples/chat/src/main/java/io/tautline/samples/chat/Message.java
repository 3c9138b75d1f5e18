package io.tautline.samples.chat;

import java.time.Instant;
import java.util.List;

/** What people and the chat say to each other, as JSON: {@code {"type":"say","text":"Hello"}}. */
public sealed interface Message {
  /** A person gives a name, first or anew. */
  record Join(String name) implements Message {}

  /** A person says something. */
  record Say(String text) implements Message {}

  /** A person leaves the room; so does whoever closes. */
  record Leave() implements Message {}

  /** Everyone hears what a person said. */
  record Said(String name, String text, Instant at) implements Message {}

  /** Everyone learns who is here. */
  record Members(List<String> names) implements Message {}

  /** A newcomer learns what was said before. */
  record History(List<Said> messages) implements Message {}

  /** Only the sender learns why something was refused. */
  record Refused(String why) implements Message {}
}
