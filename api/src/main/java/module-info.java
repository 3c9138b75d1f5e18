/** What users of Tautline import beside {@code jakarta.websocket}. */
module io.tautline.api {
  requires static transitive org.jspecify;
  requires transitive jakarta.websocket;
  requires transitive jakarta.inject;

  exports io.tautline;
  exports io.tautline.model;
  exports io.tautline.spi;
}
