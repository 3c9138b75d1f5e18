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

/** Starts the endpoints on the class path: from {@code java -jar} or from a main method. */
public final class Tautline {
  private static final String HELP =
      """
      Serves the WebSocket endpoints in this jar, and the files in META-INF/resources.

      Usage: java -jar APP.jar [--port N] [--host ADDRESS]

        --port N        port to listen on, 0 for any free one (default 8080)
        --host ADDRESS  address to listen on (default: every interface)
        --help          this text
        --version       the version of Tautline

      Exits with 0 after SIGTERM or Ctrl-C, once every peer has been told (1001);
      with 1 if it cannot start, with 2 if it does not understand its arguments.
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
   * Serves every endpoint on the class path, and its resources, until the process ends.
   *
   * @param port 0 lets the system choose
   */
  public static TautlineServer serve(int port) throws IOException, DeploymentException {
    TautlineServer server = start(new InetSocketAddress(port));
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

  private static TautlineServer start(InetSocketAddress address)
      throws IOException, DeploymentException {
    TautlineServer server = TautlineServer.builder().address(address).resources().start();
    Instant now = Instant.now();
    Instant started = ProcessHandle.current().info().startInstant().orElse(now);
    System.out.println(Banner.of(server, Duration.between(started, now).toMillis()));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "tautline-stop"));
    return server;
  }

  /** Runs the command line; returns the exit status, after the server has ended. */
  static int run(String[] args, PrintStream out, PrintStream err) {
    Arguments arguments;
    try {
      arguments = Arguments.parse(args);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage() + ". Try --help.");
      return 2;
    }
    if (arguments.help()) {
      out.print(HELP);
      return 0;
    }
    if (arguments.version()) {
      out.println("Tautline " + Banner.version());
      return 0;
    }
    try {
      TautlineServer server = start(arguments.address());
      server.join();
      return 0;
    } catch (BindException e) {
      err.println(
          "Cannot listen on "
              + shown(arguments.address())
              + ": "
              + e.getMessage()
              + ". Choose another port with --port N.");
    } catch (UnresolvedAddressException e) {
      err.println("Cannot listen on " + shown(arguments.address()) + ": no such host");
    } catch (IOException e) {
      err.println("Cannot listen on " + shown(arguments.address()) + ": " + e.getMessage());
    } catch (DeploymentException e) {
      err.println(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 1;
  }

  private static void stop(TautlineServer server) {
    server.close();
    // Otherwise a process that was asked to end by a signal would report the signal, not success.
    Runtime.getRuntime().halt(0);
  }

  private static String shown(InetSocketAddress address) {
    String host = address.getAddress() == null ? address.getHostString() : "";
    boolean any = address.getAddress() != null && address.getAddress().isAnyLocalAddress();
    return any
        ? "port " + address.getPort()
        : (host.isEmpty() ? address.getHostString() : host) + " port " + address.getPort();
  }

  /** The command line. */
  private record Arguments(InetSocketAddress address, boolean help, boolean version) {
    static Arguments parse(String[] args) {
      String host = null;
      int port = 8080;
      boolean help = false;
      boolean version = false;
      for (int i = 0; i < args.length; i++) {
        String name = args[i];
        int equals = name.indexOf('=');
        String value = null;
        if (name.startsWith("--") && equals > 0) {
          value = name.substring(equals + 1);
          name = name.substring(0, equals);
        }
        switch (name) {
          case "--help", "-h" -> help = true;
          case "--version", "-V" -> version = true;
          case "--port", "--host" -> {
            if (value == null) {
              if (i + 1 == args.length) {
                throw new IllegalArgumentException(name + " needs a value");
              }
              value = args[++i];
            }
            if (name.equals("--port")) {
              port = port(value);
            } else {
              host = value;
            }
          }
          default -> throw new IllegalArgumentException("unknown argument " + args[i]);
        }
      }
      return new Arguments(
          host == null ? new InetSocketAddress(port) : new InetSocketAddress(host, port),
          help,
          version);
    }

    private static int port(String value) {
      try {
        int port = Integer.parseInt(value);
        if (port >= 0 && port <= 65535) {
          return port;
        }
      } catch (NumberFormatException e) {
        // told below
      }
      throw new IllegalArgumentException("--port takes a number from 0 to 65535, not " + value);
    }
  }
}
