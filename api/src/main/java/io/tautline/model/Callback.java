package io.tautline.model;

/** What a method of an endpoint class or of a client interface is for. */
public enum Callback {
  HANDSHAKE("@OnHandshake"),
  OPEN("@OnOpen"),
  MESSAGE("@OnMessage"),
  CLOSE("@OnClose"),
  ERROR("@OnError"),
  /** A method of an {@link io.tautline.EndpointClient} that sends or asks. */
  SEND("sending");

  private final String annotation;

  Callback(String annotation) {
    this.annotation = annotation;
  }

  @Override
  public String toString() {
    return annotation;
  }
}
