package io.tautline.model;

/**
 * A mistake in an endpoint class.
 *
 * @param code stable, e.g. {@code TL020}
 * @param error whether it keeps the endpoint from being deployed; a warning otherwise
 * @param method index of the method at fault in {@link EndpointModel#methods}, or -1 for the class
 * @param parameter index of the parameter at fault, or -1 for the method
 * @param text what, why, and the cure
 */
public record Problem(String code, boolean error, int method, int parameter, String text) {
  /** Returns the problem as it is shown: the code in brackets, then the text. */
  public String message() {
    return "[" + code + "] " + text;
  }
}
