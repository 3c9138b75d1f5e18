package io.tautline.benchmarks.server;

import tools.jackson.databind.json.JsonMapper;

/** A record of five fields, its names in the order in which Jackson writes them. */
public record Order(String article, boolean express, String note, int pieces, double price) {
  private static final JsonMapper JSON = new JsonMapper();

  static Order read(String text) {
    return JSON.readValue(text, Order.class);
  }

  String write() {
    return JSON.writeValueAsString(this);
  }

  static String echo(String text) {
    return read(text).write();
  }
}
