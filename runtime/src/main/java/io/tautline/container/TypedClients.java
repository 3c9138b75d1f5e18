package io.tautline.container;

import io.tautline.Clients;
import io.tautline.model.EndpointModel;
import io.tautline.spi.EndpointBinder;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.net.URI;
import java.util.function.Consumer;

/** Connects {@link io.tautline.EndpointClient} interfaces. */
final class TypedClients implements Clients {
  private final TautlineContainer container;

  TypedClients(TautlineContainer container) {
    this.container = container;
  }

  @Override
  public <T> T connect(
      Class<T> type, URI uri, ClientEndpointConfig config, Consumer<? super T> listeners)
      throws DeploymentException, IOException {
    EndpointBinder binder = container.binder(Arguments.required(type));
    EndpointModel model = binder.model();
    if (model.flavor() != EndpointModel.Flavor.INTERFACE) {
      throw new DeploymentException(
          model.className() + " is no typed client. Connect it by connectToServer.");
    }
    Deployments.requireSound(model);
    TypedClient client = new TypedClient(binder, container.codec());
    T implementation = type.cast(client.implementation());
    listeners.accept(implementation);
    client.requireListeners();
    Deployment deployment = new Deployment(config, container, client);
    new ClientConnector(container).connect(deployment, config, null, uri);
    return implementation;
  }
}
