package io.tautline.container;

import io.tautline.handshake.Outcome;
import io.tautline.handshake.RequestHead;
import org.jspecify.annotations.Nullable;

/** Answers requests that ask for no upgrade: the few pages that a WebSocket server needs. */
@FunctionalInterface
public interface Pages {
  /** No pages at all. */
  Pages NONE = (head, path) -> null;

  /**
   * Answers a request.
   *
   * @param path of the request, decoded, below the context path
   * @return null if there is no such page
   */
  Outcome.@Nullable Rejected answer(RequestHead head, String path);
}
