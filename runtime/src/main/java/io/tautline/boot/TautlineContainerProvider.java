package io.tautline.boot;

import io.tautline.connection.Limits;
import io.tautline.connection.Network;
import io.tautline.container.TautlineContainer;
import io.tautline.endpoint.AvajeBeans;
import io.tautline.endpoint.EndpointCatalog;
import io.tautline.endpoint.JsonCodec;
import io.tautline.room.LocalRooms;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ContainerProvider#getWebSocketContainer} finds: each call returns a container with
 * settings of its own; all share their loops, so clients cost no threads.
 */
public final class TautlineContainerProvider extends ContainerProvider {
  private static @Nullable Network shared;

  /** For the service loader. */
  public TautlineContainerProvider() {}

  private static synchronized Network network() {
    Network network = shared;
    if (network == null) {
      try {
        network = new Network(1, Limits.DEFAULT, "tautline-client");
      } catch (IOException e) {
        throw new UncheckedIOException("the client's loop could not start", e);
      }
      shared = network;
    }
    return network;
  }

  @Override
  protected WebSocketContainer getContainer() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return new TautlineContainer(
        network(),
        new JsonCodec(),
        new AvajeBeans(context != null ? context : ClassLoader.getSystemClassLoader()),
        new LocalRooms(),
        EndpointCatalog::binder);
  }
}
