package io.tautline.boot;

import io.tautline.Clients;
import io.tautline.container.TautlineContainer;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts the endpoints on the class path: from {@code java -jar} or from a main method. */
public final class Tautline {
  private static final String HELP =
      """
      Serves the WebSocket endpoints in this jar, and the files in META-INF/resources.

      Usage: java -jar APP.jar [--port N] [--host ADDRESS] [SETTING…]

      %s
        --help                   this text
        --version                the version of Tautline

      A setting can also stand in the environment, as TAUTLINE_MAX_TEXT_BYTES=64KiB, or in
      tautline.properties, as maxTextBytes = 64 KiB; a flag wins over the environment, and
      that over the file. Times are written 500 ms, 10 s, 1 min; bytes 65536, 64 KiB, 1 MiB.

      Exits with 0 after SIGTERM or Ctrl-C, once every peer has been told (1001);
      with 1 if it cannot start, with 2 if it does not understand its settings.
      """;

  private Tautline() {}

  /** Starts a server from the command line; see {@code --help}. */
  public static void main(String[] args) {
    int status = run(args, System.out, System.err);
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Returns what connects client interfaces, where there is no application to inject it. */
  public static Clients clients() {
    return ((TautlineContainer) new TautlineContainerProvider().getContainer()).clients();
  }

  /**
   * Serves every endpoint on the class path, and its resources, until the process ends; with the
   * settings of the environment and of {@code tautline.properties}.
   *
   * @param port if no setting says otherwise; 0 lets the system choose
   * @throws IllegalArgumentException if a setting is not understood
   */
  public static TautlineServer serve(int port) throws IOException, DeploymentException {
    Settings settings = Settings.read(new String[0], System.getenv());
    TautlineServer.Builder builder = TautlineServer.builder().resources();
    settings.apply(builder);
    TautlineServer server = start(builder.address(settings.address(port)));
    if (server == null) {
      throw new IllegalStateException("the process is ending; no server was started");
    }
    // The server's own threads keep no process alive, as a client's must not; this one does.
    new Thread(() -> untilClosed(server), "tautline-server").start();
    return server;
  }

  private static void untilClosed(TautlineServer server) {
    try {
      server.join();
    } catch (InterruptedException e) {
      server.close();
    }
  }

  private static @Nullable TautlineServer start(TautlineServer.Builder builder)
      throws IOException, DeploymentException {
    Shutdown shutdown = new Shutdown();
    shutdown.register();
    return shutdown.start(
        () -> {
          TautlineServer server = builder.start();
          Instant now = Instant.now();
          Instant started = ProcessHandle.current().info().startInstant().orElse(now);
          System.out.println(Banner.of(server, Duration.between(started, now).toMillis()));
          return server;
        });
  }

  /** Runs the command line; returns the exit status, after the server has ended. */
  static int run(String[] args, PrintStream out, PrintStream err) {
    List<String> all = List.of(args);
    if (all.contains("--help") || all.contains("-h")) {
      out.print(HELP.formatted(Settings.help().stripTrailing()));
      return 0;
    }
    if (all.contains("--version") || all.contains("-V")) {
      out.println("Tautline " + Banner.version());
      return 0;
    }
    InetSocketAddress address;
    TautlineServer.Builder builder = TautlineServer.builder().resources();
    try {
      Settings settings = Settings.read(args, System.getenv());
      address = settings.address(8080);
      settings.apply(builder);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage() + ". Try --help.");
      return 2;
    } catch (IOException e) {
      err.println("Cannot read the settings: " + e.getMessage());
      return 1;
    }
    try {
      TautlineServer server = start(builder.address(address));
      if (server != null) {
        server.join();
      }
      return 0;
    } catch (BindException e) {
      err.println(
          "Cannot listen on "
              + shown(address)
              + ": "
              + e.getMessage()
              + ". Choose another port with --port N.");
    } catch (UnresolvedAddressException e) {
      err.println("Cannot listen on " + shown(address) + ": no such host");
    } catch (IOException e) {
      err.println("Cannot listen on " + shown(address) + ": " + e.getMessage());
    } catch (DeploymentException e) {
      err.println(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 1;
  }

  private static String shown(InetSocketAddress address) {
    String host = address.getAddress() == null ? address.getHostString() : "";
    boolean any = address.getAddress() != null && address.getAddress().isAnyLocalAddress();
    return any
        ? "port " + address.getPort()
        : (host.isEmpty() ? address.getHostString() : host) + " port " + address.getPort();
  }
}
