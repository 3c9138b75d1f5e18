package io.tautline.container;

import jakarta.websocket.Decoder;
import jakarta.websocket.Encoder;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An endpoint's configuration as one handshake sees it: with user properties of its own, which the
 * session inherits (Jakarta WebSocket §3.1.8).
 */
final class HandshakeConfig implements ServerEndpointConfig {
  private final ServerEndpointConfig shared;
  private final Map<String, Object> userProperties;

  HandshakeConfig(ServerEndpointConfig shared) {
    this.shared = shared;
    this.userProperties = new HashMap<>(shared.getUserProperties());
  }

  @Override
  public Map<String, Object> getUserProperties() {
    return userProperties;
  }

  @Override
  public Class<?> getEndpointClass() {
    return shared.getEndpointClass();
  }

  @Override
  public String getPath() {
    return shared.getPath();
  }

  @Override
  public List<String> getSubprotocols() {
    return shared.getSubprotocols();
  }

  @Override
  public List<Extension> getExtensions() {
    return shared.getExtensions();
  }

  @Override
  public Configurator getConfigurator() {
    return shared.getConfigurator();
  }

  @Override
  public List<Class<? extends Encoder>> getEncoders() {
    return shared.getEncoders();
  }

  @Override
  public List<Class<? extends Decoder>> getDecoders() {
    return shared.getDecoders();
  }
}
