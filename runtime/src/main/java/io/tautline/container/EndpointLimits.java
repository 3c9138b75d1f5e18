package io.tautline.container;

import io.tautline.connection.Limits;
import io.tautline.model.EndpointSettings;
import io.tautline.model.LimitName;
import jakarta.websocket.DeploymentException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of an endpoint's connections, where its annotation says anything about them.
 *
 * @param all the server's, but for what the endpoint names
 * @param maxTextBytes if it is named, else -1: the container's default holds
 * @param maxBinaryBytes the same
 */
record EndpointLimits(Limits all, long maxTextBytes, long maxBinaryBytes) {
  /**
   * Returns them, or null if the endpoint names none.
   *
   * @param settings have passed the rules
   * @throws DeploymentException if they do not go together
   */
  static @Nullable EndpointLimits of(EndpointSettings settings, Limits server)
      throws DeploymentException {
    Map<LimitName, Long> named = named(settings);
    if (named.isEmpty()) {
      return null;
    }
    Limits.Builder own = server.toBuilder();
    named.forEach(own::set);
    try {
      Limits made = own.build();
      own.sendHighWater(Math.min(made.sendHighWater(), made.maxQueuedBytes()));
      return new EndpointLimits(
          own.build(),
          named.getOrDefault(LimitName.MAX_TEXT_BYTES, -1L),
          named.getOrDefault(LimitName.MAX_BINARY_BYTES, -1L));
    } catch (IllegalArgumentException e) {
      throw new DeploymentException(e.getMessage(), e);
    }
  }

  private static Map<LimitName, Long> named(EndpointSettings settings) {
    Map<LimitName, Long> named = new EnumMap<>(LimitName.class);
    for (String limit : settings.limits()) {
      int equals = limit.indexOf('=');
      LimitName name = LimitName.of(limit.substring(0, equals).strip()).orElseThrow();
      named.put(name, name.parse(limit.substring(equals + 1).strip()));
    }
    put(named, LimitName.MAX_TEXT_BYTES, settings.maxMessageBytes());
    put(named, LimitName.MAX_BINARY_BYTES, settings.maxMessageBytes());
    put(named, LimitName.MAX_QUEUED_BYTES, settings.maxQueuedBytes());
    put(named, LimitName.MAX_QUEUED_MESSAGES, settings.maxQueuedMessages());
    return named;
  }

  private static void put(Map<LimitName, Long> named, LimitName name, int value) {
    if (value > 0) {
      named.put(name, (long) value);
    }
  }
}
