package io.tautline;

import java.security.Principal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link OnHandshake} decides: the client is let in, or its request is answered with a status.
 *
 * <pre>{@code
 * return Admission.reject(401).header("WWW-Authenticate", "Bearer").body("token missing");
 * }</pre>
 */
public final class Admission {
  private final int status;
  private final List<Map.Entry<String, String>> headers = new ArrayList<>(2);
  private final Map<String, Object> attributes = new LinkedHashMap<>(2);
  private @Nullable Principal principal;
  private String body = "";

  private Admission(int status) {
    this.status = status;
  }

  /** Lets the client in. */
  public static Admission accept() {
    return new Admission(101);
  }

  /**
   * Answers with a status instead.
   *
   * @param status 300 to 599
   */
  public static Admission reject(int status) {
    if (status < 300 || status > 599) {
      throw new IllegalArgumentException(
          "status is " + status + "; a rejection has one from 300 to 599");
    }
    return new Admission(status);
  }

  /** Adds a header to the answer. */
  public Admission header(String name, String value) {
    headers.add(Map.entry(name, value));
    return this;
  }

  /** Sets who the client is: {@code Session.getUserPrincipal}. */
  public Admission principal(Principal who) {
    principal = requireAccepted("principal", who);
    return this;
  }

  /** Adds something for the callbacks: {@code Session.getUserProperties}. */
  public Admission attribute(String name, Object value) {
    attributes.put(name, requireAccepted("attribute", value));
    return this;
  }

  /** Sets the text of a rejection. */
  public Admission body(String text) {
    if (accepted()) {
      throw new IllegalStateException("only a rejection has a body");
    }
    body = text;
    return this;
  }

  private <T> T requireAccepted(String what, T value) {
    if (!accepted()) {
      throw new IllegalStateException("a rejection has no " + what);
    }
    return value;
  }

  /** Returns whether the client is let in. */
  public boolean accepted() {
    return status == 101;
  }

  /** Returns the status of the answer; 101 if the client is let in. */
  public int status() {
    return status;
  }

  /** Returns the headers added to the answer, in order. */
  public List<Map.Entry<String, String>> headers() {
    return List.copyOf(headers);
  }

  /** Returns who the client is, or null. */
  public @Nullable Principal principal() {
    return principal;
  }

  /** Returns what is for the callbacks. */
  public Map<String, Object> attributes() {
    return Map.copyOf(attributes);
  }

  /** Returns the text of a rejection. */
  public String body() {
    return body;
  }
}
