package io.tautline.container;

import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.ArrayList;
import java.util.List;
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

  /** Lets configurators that this thread calls fall back to the defaults, until {@link #end}. */
  static void begin(Handshaking handshaking) {
    CURRENT.set(handshaking);
  }

  static void end() {
    CURRENT.remove();
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
      if (has(installed, wanted.getName()) && !has(chosen, wanted.getName())) {
        chosen.add(wanted);
      }
    }
    return chosen;
  }

  private static boolean has(List<Extension> extensions, String name) {
    for (Extension one : extensions) {
      if (one.getName().equals(name)) {
        return true;
      }
    }
    return false;
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
