package io.tautline.samples.pipe;

import io.tautline.boot.Certificates;
import io.tautline.samples.pipe.Settings.Route;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the command line and the configuration file. */
final class PipeOptions {
  private static final String STANDARD = "-";

  @Option(
      names = {"-p", "--port"},
      paramLabel = "N",
      defaultValue = "7890",
      description = "port, 0 for any free one (${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--addr",
      paramLabel = "ADDRESS",
      description = "IPv4 or IPv6 address to listen on (all)")
  private @Nullable String addr;

  @Option(
      names = "--unix-socket",
      paramLabel = "PATH",
      description = "listen on a UNIX-domain socket instead")
  private @Nullable Path unixSocket;

  @Option(names = "--ssl-cert", paramLabel = "PEM", description = "certificate chain; speaks TLS")
  private @Nullable Path sslCert;

  @Option(names = "--ssl-key", paramLabel = "PEM", description = "private key, PKCS #8")
  private @Nullable Path sslKey;

  @Option(
      names = "--origin",
      paramLabel = "ORIGIN",
      description =
          "pages of this origin may connect, such as https://example.org, or * for all;"
              + " repeatable (those of the same host)")
  private List<String> origins = new ArrayList<>();

  @Option(
      names = "--subprotocol",
      paramLabel = "NAME",
      description = "spoken if a client asks; repeatable")
  private List<String> subprotocols = new ArrayList<>();

  @Option(
      names = "--pipein",
      paramLabel = "PATH",
      defaultValue = "/tmp/wspipein.fifo",
      description = "named pipe that is read (${DEFAULT-VALUE})")
  private String pipeIn = "";

  @Option(
      names = "--pipeout",
      paramLabel = "PATH",
      defaultValue = "/tmp/wspipeout.fifo",
      description = "named pipe that is written (${DEFAULT-VALUE})")
  private String pipeOut = "";

  @Option(names = "--stdin", description = "read the standard input instead")
  private boolean stdin;

  @Option(names = "--stdout", description = "write to the standard output instead")
  private boolean stdout;

  @Option(names = "--std", description = "both")
  private boolean std;

  @Option(names = "--until-eof", description = "stop when the standard input ends")
  private boolean untilEof;

  @Option(
      names = "--route",
      paramLabel = "PATH[@SUBPROTOCOL]=IN,OUT",
      hideParamSyntax = true,
      description = "named pipes of their own for a path or subprotocol; repeatable",
      split = "\\s+")
  private List<String> routes = new ArrayList<>();

  @Option(
      names = {"--strict", "--strict-mode"},
      description = "packets with client, type and length, see below")
  private boolean strict;

  @Option(names = "--lines", description = "a line is a message")
  private boolean lines;

  @Option(
      names = "--lengths",
      description = "four bytes of length, big-endian, before each message")
  private boolean lengths;

  @Option(
      names = "--binary",
      description = "send binary messages instead of text; strict packets say which")
  private boolean binary;

  @Option(
      names = "--json-events",
      description =
          "in --strict, tell opens as JSON with address, path, subprotocol and headers, and closes"
              + " with code and reason")
  private boolean jsonEvents;

  @Option(
      names = {"--echo-mode", "--echo"},
      description = "send clients what they sent")
  private boolean echo;

  @Option(
      names = "--max-frame-size",
      paramLabel = "BYTES",
      defaultValue = "1048576",
      description = "longest frame of a client; 1009 beyond it (${DEFAULT-VALUE})")
  private int maxFrameSize;

  @Option(
      names = "--max-message-size",
      paramLabel = "BYTES",
      defaultValue = "1048576",
      description =
          "longest message; 1009 beyond it from a client, left out from a pipe (${DEFAULT-VALUE})")
  private int maxMessageSize;

  @Option(
      names = "--max-queue",
      paramLabel = "BYTES",
      defaultValue = "2097152",
      description =
          "most bytes that wait for one client, or for the pipe-out (${DEFAULT-VALUE}); while twice"
              + " as much does, of clients that have come and gone, new ones get 503")
  private int maxQueue;

  @Option(
      names = "--slow-client",
      paramLabel = "WHAT",
      defaultValue = "close",
      description =
          "what becomes of a client that takes messages too slowly: close it with 1008, drop what"
              + " it has no room for, or have the program wait (${DEFAULT-VALUE})")
  private SlowClients slowClients = SlowClients.CLOSE;

  @Option(
      names = "--access-log",
      paramLabel = "PATH",
      description = "append a line for each well-formed request, in the combined format")
  private @Nullable Path accessLog;

  @Option(
      names = "--config",
      paramLabel = "PATH",
      description = "properties file with any of these options: port = 7890")
  private @Nullable Path config;

  /** Returns the host of its URL. */
  String host() {
    if (addr == null || addr.equals("0.0.0.0") || addr.equals("::")) {
      return "localhost";
    }
    return addr.contains(":") ? "[" + addr + "]" : addr;
  }

  /** Returns where it listens, for people. */
  String where() {
    return unixSocket != null
        ? unixSocket.toString()
        : addr == null ? "port " + port : addr + " port " + port;
  }

  /**
   * Returns what they mean together.
   *
   * @throws IllegalArgumentException if that is nothing; says why
   * @throws IOException if a file that they name cannot be read
   */
  Settings settings() throws IOException {
    if (config != null && !Files.isReadable(config)) {
      throw wrong("cannot read " + config);
    }
    if ((sslCert == null) != (sslKey == null)) {
      throw wrong("--ssl-cert and --ssl-key go together");
    }
    if ((strict ? 1 : 0) + (lines ? 1 : 0) + (lengths ? 1 : 0) > 1) {
      throw wrong("--strict, --lines and --lengths exclude each other");
    }
    for (int size : new int[] {maxFrameSize, maxMessageSize, maxQueue}) {
      if (size <= 0) {
        throw wrong("a size must be positive, not " + size);
      }
    }
    return new Settings(
        address(),
        tls(),
        allRoutes(),
        origins,
        subprotocols,
        strict ? Format.STRICT : lines ? Format.LINES : lengths ? Format.LENGTHS : Format.RAW,
        binary,
        echo,
        jsonEvents,
        maxFrameSize,
        maxMessageSize,
        maxQueue,
        slowClients,
        accessLog,
        untilEof);
  }

  private static IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException(why);
  }

  private SocketAddress address() {
    if (unixSocket != null) {
      return UnixDomainSocketAddress.of(unixSocket);
    }
    try {
      return addr == null ? new InetSocketAddress(port) : new InetSocketAddress(addr, port);
    } catch (IllegalArgumentException e) {
      throw wrong("a port is 0 to 65535, not " + port);
    }
  }

  private @Nullable SSLContext tls() throws IOException {
    if (sslCert == null || sslKey == null) {
      return null;
    }
    for (Path file : List.of(sslCert, sslKey)) {
      if (!Files.isReadable(file)) {
        throw new IOException("cannot read " + file + ", see --ssl-cert and --ssl-key");
      }
    }
    return Certificates.fromPem(sslCert, sslKey);
  }

  private List<Route> allRoutes() {
    List<Route> all = new ArrayList<>();
    routes.forEach(text -> all.add(Route.parse(text)));
    all.sort(Comparator.comparing((Route route) -> route.subprotocol() == null));
    Path in = stdin || std || pipeIn.equals(STANDARD) ? null : Path.of(pipeIn);
    Path out = stdout || std || pipeOut.equals(STANDARD) ? null : Path.of(pipeOut);
    all.add(new Route(null, null, in, out));
    return all;
  }
}
