/** The Tautline runtime: protocol, transport, container, binding and boot. */
module io.tautline.runtime {
  requires transitive io.tautline.api;

  exports io.tautline.connection;
  exports io.tautline.handshake;
  exports io.tautline.protocol;
  exports io.tautline.transport;
}
