package io.tautline.boot;

import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Closes a server when the process ends. It is registered before the server is started, so that a
 * signal is answered at any moment: while the server starts, the end of the process waits until it
 * has started, and closes it then.
 */
final class Shutdown {
  private static final System.Logger LOG = System.getLogger("io.tautline.boot");

  /** How long the end of the process waits for a server that is starting. */
  private static final long MAX_WAIT_SECONDS = 10;

  /** Held while the server starts, and while it is closed. */
  private final ReentrantLock starting = new ReentrantLock();

  private @Nullable TautlineServer server;
  private volatile boolean ending;

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
      if (ending) { // and whoever ends the process waits no longer
        started.close();
        return null;
      }
      return started;
    } finally {
      starting.unlock();
    }
  }

  private void close() {
    ending = true;
    try {
      // Bounded, as the thread that starts the server may itself be waiting for the process to end.
      if (!starting.tryLock(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      if (server != null) {
        server.close();
      }
    } finally {
      starting.unlock();
    }
  }
}
