package io.tautline.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint class, as its annotations describe it.
 *
 * @param className binary name
 * @param flavor which annotation makes it an endpoint
 * @param path as written; empty for a client
 * @param subprotocols as written
 * @param decoders decoder classes, in order
 * @param encoders encoder classes, in order
 * @param configurator binary name of its configurator class, or null for the default
 * @param instantiable whether it is a concrete class that Tautline can make instances of: not
 *     private, not an inner class; of a client interface, whether it can be implemented
 * @param constructors how many constructors could be used: those annotated {@code @Inject}, else
 *     the one without parameters, else all there are
 * @param settings what it says about its connections
 * @param methods its callbacks, those of superclasses included, and what a client interface sends
 */
public record EndpointModel(
    String className,
    Flavor flavor,
    String path,
    List<String> subprotocols,
    List<CoderModel> decoders,
    List<CoderModel> encoders,
    @Nullable String configurator,
    boolean instantiable,
    int constructors,
    EndpointSettings settings,
    List<MethodModel> methods) {

  /** The annotation that makes a class an endpoint. */
  public enum Flavor {
    /** {@code io.tautline.Endpoint}. */
    TAUTLINE("@Endpoint"),
    /** {@code jakarta.websocket.server.ServerEndpoint}. */
    SERVER("@ServerEndpoint"),
    /** {@code jakarta.websocket.ClientEndpoint}. */
    CLIENT("@ClientEndpoint"),
    /** {@code io.tautline.EndpointClient}. */
    INTERFACE("@EndpointClient");

    private final String annotation;

    Flavor(String annotation) {
      this.annotation = annotation;
    }

    /** Returns whether it connects to a server, and has no path. */
    public boolean isClient() {
      return this == CLIENT || this == INTERFACE;
    }

    /** Returns whether any type is JSON, and a type may have a method of its own. */
    public boolean isTyped() {
      return this == TAUTLINE || this == INTERFACE;
    }

    @Override
    public String toString() {
      return annotation;
    }
  }

  /** Copies the lists. */
  public EndpointModel {
    subprotocols = List.copyOf(subprotocols);
    decoders = List.copyOf(decoders);
    encoders = List.copyOf(encoders);
    methods = List.copyOf(methods);
  }

  /**
   * Returns a client interface as the endpoint class that it stands for, whose callbacks are given
   * what consumers are told; any other endpoint as it is.
   */
  public EndpointModel heard() {
    return flavor == Flavor.INTERFACE ? ClientRules.heard(this) : this;
  }

  EndpointModel withMethods(List<MethodModel> others) {
    return new EndpointModel(
        className,
        flavor,
        path,
        subprotocols,
        decoders,
        encoders,
        configurator,
        instantiable,
        constructors,
        settings,
        others);
  }

  /** Returns the name of the class without its package. */
  public String simpleName() {
    String simple = className.substring(className.lastIndexOf('.') + 1);
    return simple.replace('$', '.');
  }
}
