package io.tautline.container;

import io.tautline.Clients;
import io.tautline.ConnectionScoped;
import io.tautline.Handshake;
import io.tautline.Peer;
import io.tautline.Room;
import io.tautline.Rooms;
import io.tautline.spi.Beans;
import jakarta.websocket.Session;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is injected on one connection: its own things, instances of {@link ConnectionScoped}
 * classes, and the application's beans.
 */
final class ConnectionBeans implements Beans {
  private static final System.Logger LOG = System.getLogger("io.tautline.container");

  private final TautlineSession session;
  private final Beans application;
  private @Nullable Map<Class<?>, Object> scoped;

  ConnectionBeans(TautlineSession session, Beans application) {
    this.session = session;
    this.application = application;
  }

  @Override
  public <T> Optional<T> find(Class<T> type, @Nullable String name) {
    Object own =
        type == Session.class
            ? session
            : type == Handshake.class
                ? session.openingRequest()
                : type == Peer.class ? session.peer() : null;
    if (own != null) {
      return Optional.of(type.cast(own));
    }
    // Asked first, as the first annotation that a process looks for costs it a tenth of its start.
    Optional<T> bean = application.find(type, name);
    return bean.isEmpty() && type.isAnnotationPresent(ConnectionScoped.class)
        ? Optional.of(type.cast(scoped(type)))
        : bean;
  }

  @Override
  public <T> T get(Class<T> type, @Nullable String name) {
    Optional<T> found = find(type, name);
    return found.isPresent() ? found.get() : application.get(type, name); // which says what to do
  }

  private synchronized Object scoped(Class<?> type) {
    if (scoped == null) {
      scoped = new LinkedHashMap<>(4);
    }
    Object known = scoped.get(type);
    if (known == null) {
      try {
        known = Instances.create(type, this);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot make an instance of " + type.getName(), e);
      }
      scoped.put(type, known);
    }
    return known;
  }

  /** Closes what this connection alone had, the newest first. */
  synchronized void close() {
    if (scoped == null) {
      return;
    }
    ArrayDeque<Object> newestFirst = new ArrayDeque<>();
    scoped.values().forEach(newestFirst::push);
    for (Object one : newestFirst) {
      if (one instanceof AutoCloseable closeable) {
        try {
          closeable.close();
        } catch (Throwable t) {
          LOG.log(Level.WARNING, "closing " + one.getClass().getName() + " failed", t);
        }
      }
    }
    scoped = null;
  }

  /** The application's beans, its rooms and its clients. */
  record Application(Beans beans, Rooms rooms, Clients clients) implements Beans {
    @Override
    public <T> Optional<T> find(Class<T> type, @Nullable String name) {
      if (type == Rooms.class) {
        return Optional.of(type.cast(rooms));
      }
      if (type == Clients.class) {
        return Optional.of(type.cast(clients));
      }
      if (type == Room.class && name != null) {
        return Optional.of(type.cast(rooms.room(name)));
      }
      return beans.find(type, name);
    }

    @Override
    public <T> T get(Class<T> type, @Nullable String name) {
      return find(type, name).orElseGet(() -> beans.get(type, name));
    }
  }
}
