package io.tautline.model;

/** The four callbacks of an endpoint class. */
public enum Callback {
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
