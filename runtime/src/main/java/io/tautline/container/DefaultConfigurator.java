package io.tautline.container;

import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The platform's configurator (Jakarta WebSocket §3.3): one instance, found by the service loader,
 * which asks whoever handles the handshake under way.
 */
public final class DefaultConfigurator extends ServerEndpointConfig.Configurator {
  /** What the container knows of the handshake that runs on this thread. */
  interface Handshaking {
    boolean originAllowed();

    <T> T instance(Class<T> type) throws InstantiationException;
  }

  private static final ThreadLocal<@Nullable Handshaking> CURRENT = new ThreadLocal<>();

  /** For the service loader. */
  public DefaultConfigurator() {}

  /** Runs {@code step} of a handshake, so that configurators can fall back to the defaults. */
  static <T> T during(Handshaking handshaking, Supplier<T> step) {
    CURRENT.set(handshaking);
    try {
      return step.get();
    } finally {
      CURRENT.remove();
    }
  }

  @Override
  public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
    for (String wanted : requested) {
      if (supported.contains(wanted)) {
        return wanted;
      }
    }
    return "";
  }

  @Override
  public List<Extension> getNegotiatedExtensions(
      List<Extension> installed, List<Extension> requested) {
    List<Extension> chosen = new ArrayList<>();
    for (Extension wanted : requested) {
      boolean known = installed.stream().anyMatch(e -> e.getName().equals(wanted.getName()));
      boolean again = chosen.stream().anyMatch(e -> e.getName().equals(wanted.getName()));
      if (known && !again) {
        chosen.add(wanted);
      }
    }
    return chosen;
  }

  @Override
  public boolean checkOrigin(String origin) {
    Handshaking handshaking = CURRENT.get();
    return handshaking == null || handshaking.originAllowed();
  }

  @Override
  public void modifyHandshake(
      ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {}

  @Override
  public <T> T getEndpointInstance(Class<T> type) throws InstantiationException {
    Handshaking handshaking = CURRENT.get();
    if (handshaking != null) {
      return handshaking.instance(type);
    }
    try {
      return Instances.create(type);
    } catch (ReflectiveOperationException e) {
      InstantiationException fault = new InstantiationException(e.getMessage());
      fault.initCause(e);
      throw fault;
    }
  }
}
