package io.tautline;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.net.URI;
import java.util.function.Consumer;

/**
 * Connects {@link EndpointClient} interfaces. A bean of every application; outside of one, {@code
 * Tautline.clients()} returns it.
 */
public interface Clients {
  /**
   * Connects a client; waits for the server's answer.
   *
   * @param type an interface annotated {@link EndpointClient}
   * @param uri such as {@code ws://localhost:8080/chat/blue}
   * @param listeners gives the client its consumers, all that the interface declares, before
   *     anything can come
   * @return the client; whoever connects it closes it
   * @throws DeploymentException if the server refuses, or the interface breaks a rule
   * @throws IOException if the server cannot be reached
   */
  default <T> T connect(Class<T> type, URI uri, Consumer<? super T> listeners)
      throws DeploymentException, IOException {
    return connect(type, uri, ClientEndpointConfig.Builder.create().build(), listeners);
  }

  /**
   * Connects a client as a configuration says: subprotocols, headers by its configurator, TLS,
   * encoders and decoders.
   */
  <T> T connect(Class<T> type, URI uri, ClientEndpointConfig config, Consumer<? super T> listeners)
      throws DeploymentException, IOException;
}
