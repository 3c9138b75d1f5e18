/** The Tautline runtime: protocol, transport, container, binding and boot. */
module io.tautline.runtime {
  requires com.fasterxml.jackson.annotation;
  requires io.avaje.inject;
  requires io.github.classgraph;
  requires java.logging;
  requires tls.channel;
  requires tools.jackson.core;
  requires tools.jackson.databind;
  requires static tools.jackson.dataformat.cbor;
  requires static transitive org.junit.jupiter.api;
  requires transitive io.tautline.api;

  exports io.tautline.boot;
  exports io.tautline.channel;
  exports io.tautline.connection;
  exports io.tautline.deflate;
  exports io.tautline.container;
  exports io.tautline.handshake;
  exports io.tautline.protocol;
  exports io.tautline.testing;
  exports io.tautline.transport;

  uses io.avaje.inject.spi.InjectExtension;
  uses io.tautline.spi.EndpointBinder;

  provides jakarta.websocket.ContainerProvider with
      io.tautline.boot.TautlineContainerProvider;
  provides jakarta.websocket.server.ServerEndpointConfig.Configurator with
      io.tautline.container.DefaultConfigurator;
}
