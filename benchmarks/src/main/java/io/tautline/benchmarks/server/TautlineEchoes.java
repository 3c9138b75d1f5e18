package io.tautline.benchmarks.server;

import io.tautline.Endpoint;
import io.tautline.Rooms;
import io.tautline.SlowConsumer;
import io.tautline.boot.TautlineServer;
import io.tautline.connection.Limits;
import io.tautline.deflate.DeflateOptions;
import jakarta.inject.Inject;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;

/** Our own servers under load. */
public final class TautlineEchoes {
  /** As the other servers compress, with what was sent before in mind; but at our own level. */
  private static final DeflateOptions TAKEOVER =
      new DeflateOptions(true, 15, DeflateOptions.DEFAULT.level(), 1024);

  private TautlineEchoes() {}

  /** JSON to a record and back. */
  @Endpoint("/json")
  public static class Json {
    @OnMessage
    Order order(Order order) {
      return order;
    }
  }

  /** Everyone gets everything. */
  @Endpoint("/rooms")
  public static class Everyone {
    private final Rooms rooms;

    @Inject
    Everyone(Rooms rooms) {
      this.rooms = rooms;
    }

    @OnOpen
    void open(Session session) {
      rooms.room("all").join(session);
    }

    @OnMessage
    void text(String text) {
      rooms.room("all").send(text);
    }
  }

  /** The same, but who is slow misses the oldest. */
  @Endpoint(value = "/latest", slowConsumer = SlowConsumer.DROP_OLDEST)
  public static class Latest extends Everyone {
    @Inject
    Latest(Rooms rooms) {
      super(rooms);
    }
  }

  /**
   * Serves until it is killed.
   *
   * @param args the port, the number of loops, and perhaps that epoll is wanted
   */
  public static void main(String[] args) throws Exception {
    TautlineServer.builder()
        .port(Integer.parseInt(args[0]))
        .loops(Integer.parseInt(args[1]))
        .epoll(args.length > 2)
        .endpoints(JakartaEcho.class, Json.class, Everyone.class, Latest.class)
        .limits(Limits.builder().maxConnections(19_500).build())
        .compression(TAKEOVER)
        .start()
        .join();
  }
}
