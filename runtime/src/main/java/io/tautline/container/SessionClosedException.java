package io.tautline.container;

/** A session is used that is not open any more, or not yet (Jakarta WebSocket, Session). */
final class SessionClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  SessionClosedException(String message) {
    super(message);
  }
}
