package io.tautline.samples.echo;

import io.tautline.boot.Certificates;
import io.tautline.boot.TautlineServer;
import io.tautline.deflate.DeflateOptions;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves the echo and its page. */
@Command(
    name = "server",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = "Serves the echo of text and binary at /echo_service, and a page to try it at /.",
    footer = {
      "%nExits with 0 after SIGTERM or Ctrl-C, once every client has been told (1001); with 1 if it",
      "cannot start, with 2 if it does not understand its arguments."
    })
final class ServerCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--addr",
      paramLabel = "ADDRESS",
      defaultValue = "localhost",
      description = "address to listen on; 0.0.0.0 or :: for all (${DEFAULT-VALUE})")
  private String addr = "";

  @Option(
      names = {"-p", "--port"},
      paramLabel = "N",
      defaultValue = "9000",
      description = "port, 0 for any free one (${DEFAULT-VALUE})")
  private int port;

  @Option(names = "--ssl-cert", paramLabel = "PEM", description = "certificate chain; speaks TLS")
  private @Nullable Path sslCert;

  @Option(names = "--ssl-key", paramLabel = "PEM", description = "private key, PKCS #8")
  private @Nullable Path sslKey;

  @Option(names = "--compression", description = "compress messages for clients that offer it")
  private boolean compression;

  @Override
  public Integer call() throws InterruptedException {
    try {
      TautlineServer server = builder().start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "echo-stop"));
      String secure = sslCert == null ? "" : "s";
      String host = addr.contains(":") ? "[" + addr + "]" : addr;
      System.out.println(
          "echo at ws" + secure + "://" + host + ":" + server.port() + "/echo_service");
      System.out.println("  page at http" + secure + "://" + host + ":" + server.port() + "/");
      server.join();
      return 0;
    } catch (BindException e) {
      System.err.println(
          "Cannot listen on "
              + addr
              + " port "
              + port
              + ": "
              + e.getMessage()
              + ". Choose another with --addr or --port.");
    } catch (UnresolvedAddressException e) {
      System.err.println("Cannot listen on " + addr + ": no such host");
    } catch (IOException | DeploymentException e) {
      System.err.println("Cannot start: " + e.getMessage());
    }
    return 1;
  }

  private TautlineServer.Builder builder() throws IOException {
    TautlineServer.Builder builder = TautlineServer.builder().resources();
    try {
      builder.address(new InetSocketAddress(addr, port));
    } catch (IllegalArgumentException e) {
      throw wrong("a port is 0 to 65535, not " + port);
    }
    if ((sslCert == null) != (sslKey == null)) {
      throw wrong("--ssl-cert and --ssl-key go together");
    }
    if (sslCert != null && sslKey != null) {
      for (Path file : List.of(sslCert, sslKey)) {
        if (!Files.isReadable(file)) {
          throw new IOException("cannot read " + file + ", see --ssl-cert and --ssl-key");
        }
      }
      builder.tls(Certificates.fromPem(sslCert, sslKey));
    }
    if (compression) {
      builder.compression(DeflateOptions.DEFAULT);
    }
    return builder;
  }

  private ParameterException wrong(String why) {
    if (spec == null) {
      throw new IllegalStateException(why);
    }
    return new ParameterException(spec.commandLine(), why);
  }

  private static void stop(TautlineServer server) {
    server.close();
    // Otherwise a process that was asked to end by a signal would report the signal, not success.
    Runtime.getRuntime().halt(0);
  }
}
