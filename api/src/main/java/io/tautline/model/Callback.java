package io.tautline.model;

/** The callbacks of an endpoint class. */
public enum Callback {
  HANDSHAKE("@OnHandshake"),
  OPEN("@OnOpen"),
  MESSAGE("@OnMessage"),
  CLOSE("@OnClose"),
  ERROR("@OnError");

  private final String annotation;

  Callback(String annotation) {
    this.annotation = annotation;
  }

  @Override
  public String toString() {
    return annotation;
  }
}
