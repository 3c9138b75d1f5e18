package io.tautline;

import java.util.Set;

/**
 * The rooms of an application, by name: injected into constructors. Used by any number of threads.
 *
 * <p>A room needs no making and no closing: it is there while someone is in it.
 */
public interface Rooms {
  /** Returns the room of that name, be there anyone in it or not. */
  Room room(String name);

  /** Returns the names of the rooms that someone is in. */
  Set<String> names();
}
