package io.tautline.boot;

import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Closes a server when the process ends. It is registered before the server is started, so that a
 * signal is answered at any moment: while the server starts, the end of the process waits until it
 * has started, and closes it then.
 */
final class Shutdown {
  private static final System.Logger LOG = System.getLogger("io.tautline.boot");

  /** Held while the server starts, and while it is closed. */
  private final ReentrantLock starting = new ReentrantLock();

  private @Nullable TautlineServer server;
  private boolean ending;

  /** Starts a server. */
  @FunctionalInterface
  interface Start {
    /** Returns the server. */
    TautlineServer start() throws IOException, DeploymentException;
  }

  /** Has the process end with status 0 by a signal, and close the server whenever it ends. */
  void register() {
    Signals.endWithSuccess();
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(this::close, "tautline-stop"));
    } catch (IllegalStateException e) {
      LOG.log(Level.DEBUG, "the process ends already", e);
      close();
    }
  }

  /**
   * Starts the server.
   *
   * @return null if the process is ending; nothing has been started then
   */
  @Nullable TautlineServer start(Start start) throws IOException, DeploymentException {
    starting.lock();
    try {
      if (ending) {
        return null;
      }
      TautlineServer started = start.start();
      server = started;
      return started;
    } finally {
      starting.unlock();
    }
  }

  private void close() {
    starting.lock();
    try {
      ending = true;
      if (server != null) {
        server.close();
      }
    } finally {
      starting.unlock();
    }
  }
}
