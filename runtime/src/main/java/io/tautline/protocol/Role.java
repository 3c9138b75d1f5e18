package io.tautline.protocol;

/** Which end of a connection we are; decides who masks (RFC 6455 §5.1). */
public enum Role {
  /** Sends masked frames, receives unmasked ones. */
  CLIENT,
  /** Sends unmasked frames, receives masked ones. */
  SERVER;

  /** Returns whether frames written by this role carry a masking key. */
  public boolean masks() {
    return this == CLIENT;
  }

  /** Returns the role of the other end. */
  public Role peer() {
    return this == CLIENT ? SERVER : CLIENT;
  }
}
